import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { DirectionDecision, UnitDecision } from '../../../src/domain/suppress/contract.ts';
import { packUnits, repackUnits, unpackUnits } from '../../../src/domain/suppress/packed-units.ts';
import {
  ACTIONS,
  ALARMS,
  CAUSES,
  QUANTITY_UNITS,
  SEVERITIES,
  STATES,
  UNIT_TYPES,
} from '../../../src/domain/vocabulary.ts';

/** What `decide` may carry a unit, and the longest id that is promised for. */
const MOST_BYTES = 300;
const LONGEST_ID = 100;

const HIGH_ZONES = ['OK', 'WATCH_HIGH', 'OVERFLOW_RISK', 'OVERFLOW'] as const;
const LOW_ZONES = ['OK', 'WATCH_LOW', 'STARVE_RISK', 'STARVED'] as const;

/** Three digits, as `toUnitDecisions` leaves them. */
const figure = (max: number) => fc.double({ min: 0, max, noNaN: true }).map((x) => Number(x.toPrecision(3)));
const minutes = fc.option(fc.integer({ min: 0, max: 14_400 }).map((tenths) => tenths / 10));
const idOf = (max: number) => (tail: string) =>
  `FRA1_${'W'.repeat(Math.max(1, max - 6 - tail.length))}_${tail}`;

/** Any list of up to `most` units with ids of up to 100 characters, whose decisions name units of the list. */
function anyUnits(most: number): fc.Arbitrary<UnitDecision[]> {
  return fc.integer({ min: 1, max: most }).chain((count) => {
    const ids = fc.integer({ min: 12, max: LONGEST_ID }).map((length) => {
      return Array.from({ length: count }, (_, at) => idOf(length)(`LANE-${at}`));
    });
    return ids.chain((unitIds) => {
      const direction: fc.Arbitrary<DirectionDecision> = fc.record({
        state: fc.constantFrom(...STATES),
        action: fc.constantFrom(...ACTIONS),
        cause: fc.constantFrom(...CAUSES),
        severity: fc.constantFrom(...SEVERITIES),
        quantity: fc.option(figure(1e9)),
        quantityUnit: fc.option(fc.constantFrom(...QUANTITY_UNITS)),
        actionUnitId: fc.constantFrom(...unitIds),
        ttoMin: minutes,
        ttsMin: minutes,
        minutesActionable: fc.option(fc.integer({ min: 0, max: 10 })),
        levelAndWcsAgree: fc.boolean(),
        atOnce: fc.constantFrom(true as const, undefined),
        alarm: fc.constantFrom(...ALARMS),
        process: fc.option(fc.constantFrom('PACK', 'PICK', 'REBIN'), { nil: undefined }),
        winner: fc.option(fc.constantFrom(...unitIds)),
        rule: fc.constant(null),
        held: fc.boolean(),
      });
      const unit = (unitId: string): fc.Arbitrary<UnitDecision> =>
        fc.record(
          {
            unitId: fc.constant(unitId),
            unitType: fc.constantFrom(...UNIT_TYPES),
            workpool: fc.constant(unitId.split('_')[1] ?? ''),
            state: fc.constantFrom(...STATES),
            highZone: fc.constantFrom(...HIGH_ZONES),
            lowZone: fc.constantFrom(...LOW_ZONES),
            quality: fc.integer({ min: 0, max: 100 }),
            fill: fc.option(figure(1.2)),
            high: direction,
            low: direction,
            data: direction,
          },
          {
            requiredKeys: [
              ...(['unitId', 'unitType', 'workpool', 'state', 'highZone', 'lowZone', 'quality'] as const),
              'fill',
            ],
          },
        );
      return fc.tuple(...unitIds.map(unit));
    });
  });
}

const throughJson = (rows: unknown): string[] => JSON.parse(JSON.stringify(rows));

describe('packed units', () => {
  it('read as they were written, but for the name of the rule', () => {
    fc.assert(
      fc.property(anyUnits(5), (units) => {
        expect(unpackUnits(throughJson(packUnits(units, 5)))).toEqual(units);
      }),
    );
  });

  it('have at most 300 bytes each, whatever is wrong in every direction at once', () => {
    fc.assert(
      fc.property(anyUnits(4), (units) => {
        for (const row of packUnits(units, 5)) {
          expect(Buffer.byteLength(JSON.stringify(row)) + 1).toBeLessThanOrEqual(MOST_BYTES);
        }
      }),
    );
  });

  it('have at most 300 bytes each at the longest that every field can be', () => {
    const unitIds = Array.from({ length: 9_999 }, (_, at) => idOf(LONGEST_ID)(`LANE-${at}`));
    const last = unitIds.at(-1) ?? '';
    const direction: DirectionDecision = {
      ...{ state: 'OVERFLOW_RISK', action: 'THROTTLE_PICKING_ALL', cause: 'UNDERSTAFFED' },
      ...{ severity: 'EMERGENCY', quantity: 0.000_001_23, quantityUnit: 'stations', actionUnitId: last },
      ...{ ttoMin: 1439.9, ttsMin: 1439.9, minutesActionable: 10, levelAndWcsAgree: true, atOnce: true },
      ...{ winner: last, rule: 'overflow_before_release', held: true },
    };
    const units = unitIds.map((unitId): UnitDecision => ({
      ...{ unitId, unitType: 'INDUCT', workpool: unitId.split('_')[1] ?? '', state: 'NOT_SCHEDULED' },
      ...{ highZone: 'OVERFLOW_RISK', lowZone: 'STARVE_RISK', quality: 100, fill: 0.000_123 },
      ...{ high: direction, low: direction, data: direction },
    }));
    const longest = Math.max(...packUnits(units, 5).map((row) => Buffer.byteLength(JSON.stringify(row)) + 1));
    expect(longest).toBeLessThanOrEqual(MOST_BYTES);
    // The bound is no accident of short texts: the same as objects have far more.
    expect(JSON.stringify(units[0]).length).toBeGreaterThan(3 * MOST_BYTES);
  });

  const moving = (unitId: string, process: string, fromProcess: string): UnitDecision => {
    const [unit] = unpackUnits([`${unitId} T or or sr 88 0.987|H or ms un c 123p 123.4 - 10 af 0 -`]);
    const high = { ...unit!.high!, process, fromProcess };
    return { ...unit!, high, low: { ...high, held: true } };
  };

  it.each([
    ['PICK', 'PACK', 'PACK>PICK'],
    [
      'PICK, 2nd floor | A>B "C"',
      'É 50 %',
      '%C3%89%2050%20%25>PICK%2C%202nd%20floor%20%7C%20A%3EB%20%22C%22',
    ],
  ])('say whose people it is about: %s of %s', (process, fromProcess, packed) => {
    const units = [moving(idOf(process === 'PICK' ? LONGEST_ID : 30)('TOTAL'), process, fromProcess)];
    const [row = ''] = packUnits(units, 5);
    expect(row).toContain(` ${packed}|`);
    expect(Buffer.byteLength(JSON.stringify(row)) + 1).toBeLessThanOrEqual(MOST_BYTES);
    expect(unpackUnits(throughJson([row]))).toEqual(units);
  });

  it('are read by older rules as they were before: without it', () => {
    const units = [moving('FRA1_A_TOTAL', 'PICK', 'PACK')];
    const older = packUnits(units, 4);
    expect(older).toEqual([
      'FRA1_A_TOTAL T or or sr 88 0.987|H or ms un c 123p 123.4 - 10 af 0 -|L or ms un c 123p 123.4 - 10 afh 0 -',
    ]);
    expect(repackUnits(packUnits(units, 5), 4)).toEqual(older);
    expect(repackUnits(packUnits(units, 5), 5)).toEqual(packUnits(units, 5));
    expect(unpackUnits(older)[0]?.high).not.toHaveProperty('process');
  });

  it('do without where a line would be too long', () => {
    const units = [moving('FRA1_A_TOTAL', 'P'.repeat(MOST_BYTES), 'PACK')];
    expect(packUnits(units, 5)).toEqual(packUnits(units, 4));
  });

  it('stand beside whole ones, as older histories carry them', () => {
    const rows = ['FRA1_A_B L ok ok ok 9 1', 'FRA1_A_C L ok ok ok 9 1|H or rc sk a 2s - - - - 0 1'];
    const [first, second] = unpackUnits(rows);
    const mixed = unpackUnits([first!, rows[1]!]);
    expect(mixed).toEqual([first, second]);
    expect(mixed[0]).toBe(first);
    expect(second?.high).toMatchObject({ actionUnitId: 'FRA1_A_B', winner: 'FRA1_A_C' });
  });

  /** What is written here is in recorded histories: it is never given another meaning. */
  it.each<[string, string, Partial<UnitDecision>]>([
    [
      'a healthy unit',
      'FRA1_SINGLES_TOTAL T ok ok ok 100 0.5',
      { unitType: 'TOTAL', workpool: 'SINGLES', state: 'OK', quality: 100, fill: 0.5 },
    ],
    [
      'a unit without data',
      'FRA1_SINGLES_INDUCT-1 I u or wl 0 -|D u cd u a - - - - - 0 -',
      {
        ...{ unitType: 'INDUCT', state: 'UNKNOWN', highZone: 'OVERFLOW_RISK', lowZone: 'WATCH_LOW' },
        ...{ quality: 0, fill: null },
        data: {
          ...{ state: 'UNKNOWN', action: 'CHECK_DATA', cause: 'UNKNOWN', severity: 'WARNING' },
          ...{ quantity: null, quantityUnit: null, actionUnitId: 'FRA1_SINGLES_INDUCT-1' },
          ...{ ttoMin: null, ttsMin: null, minutesActionable: null, levelAndWcsAgree: false },
          ...{ winner: null, rule: null, held: false },
        },
      },
    ],
    [
      'two directions, and units that are not in the list',
      'FRA1_A_B L o o s 88 1.04|H o rc sk e 12.5u 0 - 10 ah FRA1_A_C FRA1_A_TOTAL|L s as st c 3p - 4.5 8 f 0 -',
      {
        ...{ unitType: 'LANE', state: 'OVERFLOW', highZone: 'OVERFLOW', lowZone: 'STARVED', fill: 1.04 },
        high: {
          ...{ state: 'OVERFLOW', action: 'REBALANCE_CAPACITY', cause: 'SKEW', severity: 'EMERGENCY' },
          ...{ quantity: 12.5, quantityUnit: 'upm', actionUnitId: 'FRA1_A_C' },
          ...{ ttoMin: 0, ttsMin: null, minutesActionable: 10, levelAndWcsAgree: true },
          ...{ winner: 'FRA1_A_TOTAL', rule: null, held: true },
        },
        low: {
          ...{ state: 'STARVED', action: 'ADD_STAFF', cause: 'STARVED', severity: 'CRITICAL' },
          ...{ quantity: 3, quantityUnit: 'persons', actionUnitId: 'FRA1_A_B' },
          ...{ ttoMin: null, ttsMin: 4.5, minutesActionable: 8, levelAndWcsAgree: false, atOnce: true },
          ...{ winner: null, rule: null, held: false },
        },
      },
    ],
  ])('%s', (_name, row, unit) => {
    const [read] = unpackUnits([row]);
    expect(read).toMatchObject(unit);
    expect(packUnits([read!], 5)).toEqual([row]);
  });

  test('every code', () => {
    const codesOf = <Word>(words: readonly Word[], field: number, write: (word: Word) => UnitDecision[]) =>
      words.map((word) => packUnits(write(word), 5)[0]?.split(/[ |]/u)[field]);
    const [unit] = unpackUnits(['FRA1_A_B L ok ok ok 9 1|H ok no u n 1p - - - - 0 -']);
    const changed = (change: Partial<UnitDecision>) => [{ ...unit!, ...change }];
    const inHigh = (change: Partial<DirectionDecision>) => changed({ high: { ...unit!.high!, ...change } });
    expect({
      unitTypes: codesOf(UNIT_TYPES, 1, (unitType) => changed({ unitType })),
      states: codesOf(STATES, 2, (state) => changed({ state })),
      highZones: codesOf(HIGH_ZONES, 3, (highZone) => changed({ highZone })),
      lowZones: codesOf(LOW_ZONES, 4, (lowZone) => changed({ lowZone })),
      actions: codesOf(ACTIONS, 9, (action) => inHigh({ action })),
      causes: codesOf(CAUSES, 10, (cause) => inHigh({ cause })),
      severities: codesOf(SEVERITIES, 11, (severity) => inHigh({ severity })),
      quantities: codesOf(QUANTITY_UNITS, 12, (quantityUnit) => inHigh({ quantityUnit })),
    }).toEqual({
      unitTypes: ['T', 'I', 'L'],
      states: ['ok', 'ns', 'wl', 'wh', 'u', 'sr', 'or', 's', 'o'],
      highZones: ['ok', 'wh', 'or', 'o'],
      lowZones: ['ok', 'wl', 'sr', 's'],
      actions: ['as', 'rs', 'ms', 'ti', 'ri', 'tpa', 'rpa', 'rc', 'es', 'cd', 'no'],
      causes: ['bl', 'st', 'ja', 'un', 'rf', 'su', 'sk', 'us', 'nd', 'u'],
      severities: ['n', 'w', 'a', 'c', 'e'],
      quantities: ['1p', '1%', '1u', '1s'],
    });
  });

  it.each([
    ['too few fields', 'FRA1_A_B L ok ok ok 9', '"FRA1_A_B L ok ok ok 9" has 6 fields, expected 7'],
    ['too many fields', 'FRA1_A_B L ok ok ok 9 1 1', 'has 8 fields, expected 7'],
    ['no unit id', 'FRA1-A-B L ok ok ok 9 1', 'FRA1-A-B is no unit id'],
    ['an unknown unit type', 'FRA1_A_B X ok ok ok 9 1', 'X is no code, expected one of T I L'],
    ['no quality', 'FRA1_A_B L ok ok ok - 1', 'the quality is missing'],
    ['a fill in words', 'FRA1_A_B L ok ok ok 9 full', 'full is no number'],
    ['an empty number', 'FRA1_A_B L ok ok ok 9 ', ' is no number'],
    ['a direction that is cut off', 'FRA1_A_B L ok ok ok 9 1|H ok', '"H ok" has 2 fields, expected 12'],
    ['an unknown direction', 'FRA1_A_B L ok ok ok 9 1|X ok no u n - - - - - 0 -', 'X is no code'],
    ['an unknown action', 'FRA1_A_B L ok ok ok 9 1|H ok zz u n - - - - - 0 -', 'zz is no code'],
    ['an unknown quantity', 'FRA1_A_B L ok ok ok 9 1|H ok no u n 3x - - - - 0 -', 'x is no code'],
    ['a name that is none', 'FRA1_A_B L ok ok ok 9 1|H ok no u n - - - - - 0 - %', '% is no name'],
    ['more than that', 'FRA1_A_B L ok ok ok 9 1|H ok no u n - - - - - 0 - P P', 'has 14 fields, expected 12'],
    ['a row that is not there', 'FRA1_A_B L ok ok ok 9 1|H ok no u n - - - - - 1 -', '1 is no row of 1'],
  ])('%s', (_name, row, message) => {
    const read = () => unpackUnits([row]);
    expect(read).toThrow(RangeError);
    expect(read).toThrow(message);
    expect(read).toThrow(`units[0] is ${JSON.stringify(row)}`);
  });
});
