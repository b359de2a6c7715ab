import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/domain/explain/explain.ts';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import { COLUMNS } from '../../../src/domain/explain/text.ts';
import * as f from '../resolve/fixtures.ts';
import { input, label } from './fixtures.ts';

/** As one line, so that what was wrapped is found. */
const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
const said = (change: Parameters<typeof input>[0] = {}) => flat(explain(input(change)));

describe('explain', () => {
  test.each([
    ['the cycle in the warehouse’s time, with zone and UTC', '2026-03-01 11:05 CET (2026-03-01 10:05 UTC)'],
    ['the zone by name', 'Europe/Berlin'],
    ['the algorithm', 'decided by algorithm 1.0.0'],
    ['a source that answered', 'wes_stock answered in 0.3 s: 120 rows, none left out'],
    ['rows that were left out, and why', '2 left out (in_total: expected a number)'],
    ['a source that is absent, and why', 'lms_actuals ABSENT after 0.3 s: no answer within 45 s'],
    ['the level, its provenance and source', '871 units (87.1 % full), bridged by adding up the flows'],
    ['the freshness of the level', 'last measured at 11:01 CET (10:01 UTC), 4 min old, as 850 units'],
    [
      'the freshness of a flow',
      '41.5 units a minute at 11:03 CET (10:03 UTC), 2 min old, measured from wcs_counters',
    ],
    ['what is not known of a flow', 'outflow not known in the last hour'],
    ['the next departure', 'next departure 12:30 CET (11:30 UTC)'],
    ['quality with its parts', '82 of 100: level 0.9 (weight 40), flow 0.5 (weight 25)'],
    ['a part without a source', 'headcount has no source and no weight'],
    ['the coverage', 'times coverage 95 %'],
    ['a defect', 'COUNTER_RESET in wcs_counters: device C-7 fell from 5210 to 12 at 09:58'],
    ['a passed test with value and threshold', 'YES fill at least 0.85? It is 0.8712.'],
    ['a failing test with value and threshold', 'NO minutes to overflow at most 15? It is 18.25.'],
    ['a test of something unknown', 'NO jam? It is not known.'],
    ['a failing gate of the unit', 'NO quality below 50? It is 82.'],
    ['the time left', 'overflow in 18 min, starvation none in sight'],
    ['the branch', 'TOTAL.high.understaffed'],
    ['the proposal', 'ADD_STAFF, 3 persons, process PACK'],
    ['the sentence', 'Add 3 people to SINGLES now: full in 18 min.'],
    ['the probability', '85 % that it happens within 60 minutes'],
    ['that nothing conflicts', 'HIGH stands as proposed'],
    ['label, reason and its sentence', 'NEW (persistent). People are told for the first time'],
    ['the start of the episode', 'since 2026-03-01 11:00 CET (2026-03-01 10:00 UTC)'],
  ])('says %s', (_what, text) => {
    expect(said()).toContain(text);
  });

  test('every failing test stands with its own value and threshold', () => {
    const text = said();
    const { evaluation } = input();
    const failing = [...(evaluation?.tests ?? []), ...(evaluation?.recommendations[0]?.tests ?? [])].filter(
      ({ passed, value }) => !passed && typeof value === 'number',
    );
    expect(failing).toHaveLength(2);
    expect(
      failing.filter(
        ({ name, value, threshold }) =>
          !new RegExp(`NO ${name} [a-z ]+ ${threshold}\\? It is ${value}\\.`).test(text),
      ),
    ).toEqual([]);
  });

  test('no line is wider than a terminal, whatever the names', () => {
    const unitId = `FRA1_${'W'.repeat(60)}_${'P'.repeat(60)}`;
    const wide = { ...label(), unitId, winner: unitId, label: 'SUPPRESSED', reason: 'subsumed' } as const;
    const lines = [explain(input()), explain(input({ unitId, labels: [wide] }))].join('\n').split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(COLUMNS);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  test('a covered unit names rule and winner, and what people are told instead', () => {
    const throttle = f.recommendation({
      unitId: f.INDUCT_1,
      action: 'THROTTLE_INDUCT',
      quantity: 30,
      quantityUnit: 'percent',
    });
    const { evaluation, result } = f.settle({
      recommendations: [throttle, f.recommendation({ unitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL' })],
    });
    const text = said({
      unitId: f.INDUCT_1,
      series: f.unitSeries(f.INDUCT_1),
      evaluation: evaluation.units.find(({ unitId }) => unitId === f.INDUCT_1),
      resolved: result.recommendations,
      labels: [
        label({ unitId: f.INDUCT_1, label: 'SUPPRESSED', reason: 'subsumed', winner: f.TOTAL }),
        label(), // another unit's
      ],
    });
    expect(text).toContain(`HIGH covered by ${f.TOTAL}`);
    expect(text).toContain(
      'Rule throttle_all_covers: Throttling all picking covers throttling a single induct.',
    );
    expect(text).toContain(`SUPPRESSED (subsumed). Nobody is told separately: ${f.TOTAL} covers it.`);
    expect(text).not.toContain('NEW (persistent)');
  });

  test('the first lines say what is told, in words before names', () => {
    expect(said()).toContain(
      'In short: OVERFLOW_RISK. Add 3 people to SINGLES now: full in 18 min. (HIGH ADD_STAFF, WARNING, NEW)',
    );
    expect(said({ labels: [] })).toContain('(HIGH ADD_STAFF, WARNING, not notified)');
    expect(said({ labels: [label({ label: null, reason: 'watch' })] })).toContain('WATCH, not notified)');
  });

  test('a unit that speaks for others names them and the rule', () => {
    const asks = (unitId: string) =>
      f.recommendation({ unitId, actionUnitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL' });
    const { evaluation, result } = f.settle({ recommendations: [asks(f.LANE_1), asks(f.LANE_2)] });
    const of = (unitId: string) =>
      said({
        unitId,
        evaluation: evaluation.units.find((unit) => unit.unitId === unitId),
        resolved: result.recommendations,
        labels: [],
      });
    expect(of(f.LANE_1)).toContain(
      `speaks for ${f.LANE_2} HIGH THROTTLE_PICKING_ALL, by rule same_action: Several units`,
    );
    expect(of(f.LANE_2)).not.toContain('speaks for F');
    expect(of(f.LANE_2)).toContain(`HIGH covered by ${f.LANE_1}`);
  });

  test('a question stands once: that of a proposal is not repeated before it', () => {
    const question = { name: 'quality', value: 82, operator: '<', threshold: 50, passed: false } as const;
    const { evaluation } = input();
    const [one] = evaluation?.recommendations ?? [];
    const text = said({
      evaluation: { ...evaluation!, tests: [question], recommendations: [{ ...one!, tests: [question] }] },
    });
    expect(text.split('quality below 50?')).toHaveLength(2);
    expect(text).not.toContain('Asked without anything');
  });

  test('what it waited for before people are told', () => {
    const { evaluation } = input();
    const [one] = evaluation?.recommendations ?? [];
    const confirmed = (change: Partial<Recommendation>) =>
      said({ evaluation: { ...evaluation!, recommendations: [{ ...one!, ...change }] } });
    expect(confirmed({})).toContain('no flow per minute to confirm it with; level and devices do not both');
    expect(confirmed({ minutesActionable: 9 })).toContain('action required in 9 of the last 10 minutes');
    expect(confirmed({ levelAndWcsAgree: true })).toContain('level and devices both show an emergency');
    expect(confirmed({ atOnce: true })).toContain('this forecast is told from its first cycle');
  });

  test('a quality that flow and level lowered is told as such', () => {
    const doubted = (quality: number) =>
      said({
        series: f.unitSeries(f.TOTAL),
        evaluation: f.unitEvaluation(f.TOTAL, { quality }),
        resolved: [],
      });
    expect(doubted(80)).toContain('quality 80 (less than that of the data: flow and level tell different');
    expect(doubted(90)).not.toContain('different stories');
  });

  test('questions of yes and no, and of words', () => {
    const asked = (name: string, value: string | boolean | null, threshold: string | boolean) =>
      said({
        evaluation: f.unitEvaluation(f.TOTAL, {
          tests: [{ name, value, operator: 'is', threshold, passed: value === threshold }],
        }),
        resolved: [],
      });
    expect(asked('jam', true, true)).toContain(' YES jam? Nothing');
    expect(asked('scheduled now', true, false)).toContain(' NO scheduled now: no? Nothing');
    expect(asked('state of the sorter', 'RUN', 'FAULT')).toContain(
      ' NO state of the sorter: FAULT? It is RUN. Nothing',
    );
  });

  test('says what can be done by who disagrees', () => {
    expect(said()).toMatch(/5\. Not right\?.*unit_override\.thresholds.*Wrong/);
  });

  test('what a rule changed is told as before and after', () => {
    const [before] = input().resolved;
    const changed = [
      {
        ...before!,
        severity: 'WATCH' as const,
        quantity: null,
        rules: [{ name: 'break_ends_first', detail: 'the break ends in 15 min' }],
      },
    ];
    const text = said({ resolved: changed });
    expect(text).toContain('HIGH stands, changed by a rule');
    expect(text).toContain('Here: the break ends in 15 min.');
    expect(text).toContain('Severity was WARNING; it is now WATCH.');
    expect(text).toContain('it is now ADD_STAFF, by how much is not known');
  });

  test('missing data are never told as healthy', () => {
    const text = flat(
      explain({ ...input({ evaluation: undefined, resolved: [], labels: [] }), series: undefined }),
    );
    expect(text).toContain('In short: UNKNOWN, not evaluated.');
    expect(text).toContain('nothing is known of it, good or bad');
    expect(text).not.toMatch(/\bOK\b|healthy/);
  });

  test('a healthy unit: the questions that led to nothing are told', () => {
    const text = said({
      evaluation: f.unitEvaluation(f.TOTAL, {
        tests: [{ name: 'fill', value: 0.5, operator: '>=', threshold: 0.67, passed: false }],
      }),
      resolved: [],
      labels: [],
    });
    expect(text).toContain('NO fill at least 0.67? It is 0.5.');
    expect(text).toContain('Nothing is recommended');
    expect(text).toContain('No label and no message');
  });

  test.each([
    ['summer time', '2026-07-01T10:05:00Z', 'Europe/Berlin', '2026-07-01 12:05 CEST (2026-07-01 10:05 UTC)'],
    ['the hour after the clock went back', '2026-10-25T01:05:00Z', 'Europe/Berlin', '2026-10-25 02:05 CET'],
    ['the hour before', '2026-10-25T00:05:00Z', 'Europe/Berlin', '2026-10-25 02:05 CEST'],
    ['another day there', '2026-03-01T03:05:00Z', 'America/New_York', '2026-02-28 22:05 GMT-5'],
    ['midnight', '2026-03-01T23:05:00Z', 'Europe/Berlin', '2026-03-02 00:05 CET'],
    [
      'a zone that nobody knows',
      '2026-03-01T03:05:00Z',
      'Mars/Base',
      '03:05 UTC (time zone Mars/Base is not known)',
    ],
  ])('tells the time in %s', (_name, cycleId, timezone, text) => {
    expect(said({ cycleId, timezone })).toContain(text);
  });
});

test('explains the forecast where one is made', () => {
  const { evaluation } = input();
  const horizon = {
    ...{ horizonMin: 30, stepsBeyond: 1, fill: 0.5, probability: 0.4 },
    alikeGotFull: { moments: 1, of: 2, otherKindShare: 0.3 },
    roseEnough: { days: 3, of: 14 },
  };
  const forecast = {
    ...{ room: 0.1, pacePerMin: 0, fastPacePerMin: 0, volatility: 0, recentlyFull: false },
    ...{ near: horizon, hour: { ...horizon, horizonMin: 60 } },
  };
  expect(said()).not.toContain('forecast');
  expect(said({ evaluation: { ...evaluation, forecast } as NonNullable<typeof evaluation> })).toContain(
    'forecast 10 % of the capacity is left;',
  );
});
