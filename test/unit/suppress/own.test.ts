/** What a warehouse says of itself, and units whose path is elsewhere. */
import { describe, expect, it } from 'vitest';
import type { DecideInput, DirectionDecision } from '../../../src/domain/suppress/contract.ts';
import { checkData } from '../../../src/domain/suppress/units.ts';
import { createPureSubject } from './pure-subject.ts';
import { GOOD, high, runScenario, type Step, type Subject, WAREHOUSE } from './scenario.ts';

const notice = (...about: string[]): DirectionDecision => ({ ...checkData(WAREHOUSE), state: 'OK', about });
const stop: DirectionDecision = {
  ...checkData(WAREHOUSE),
  state: 'OVERFLOW_RISK',
  action: 'EMERGENCY_STOP',
  cause: 'JAM',
  severity: 'EMERGENCY',
  alarm: 'STOP_FLAG',
};

async function said(
  cycles: number,
  inputAt: (c: number) => Partial<DecideInput>,
  unitsAt: (c: number) => Step['units'] = () => ({ U1: GOOD }),
): Promise<string[]> {
  const steps = Array.from({ length: cycles }, (_, c): Step => ({ c, units: unitsAt(c), input: inputAt(c) }));
  const { records } = await runScenario(createPureSubject(), { name: '', steps });
  return records.flatMap(({ step, outbox }) =>
    outbox.map((one) => `${step.c} ${one.unitId} ${one.action} ${one.label} ${one.reason}`),
  );
}

describe('a notice of the warehouse', () => {
  it('is repeated once a day, and told at once of what it did not say before', async () => {
    const lines = await said(320, (c) => ({
      own: { data: c >= 20 ? notice('wcs_counters X', 'wcs_counters Y') : notice('wcs_counters X') },
    }));
    expect(lines).toEqual([
      '1 FRA1 CHECK_DATA NEW persistent',
      '20 FRA1 CHECK_DATA ONGOING action',
      '308 FRA1 CHECK_DATA ONGOING window',
    ]);
  });

  it('hides no blindness that comes on top of it', async () => {
    const lines = await said(8, (c) => ({
      own: { data: notice('wcs_counters X') },
      blind: c >= 5 ? [{ source: 'wes_stock', share: 1 }] : [],
    }));
    expect(lines).toEqual(['1 FRA1 CHECK_DATA NEW persistent', '5 FRA1 CHECK_DATA ONGOING action']);
  });

  it('is over when all names fit', async () => {
    const lines = await said(8, (c) => (c < 4 ? { own: { data: notice('wcs_counters X') } } : {}));
    expect(lines.at(-1)).toBe('5 FRA1 NONE CLEARED recovered');
  });
});

describe('a stop of the warehouse', () => {
  it('opens, goes on and ends like that of a unit, beside a notice', async () => {
    const lines = await said(8, (c) =>
      c < 4 ? { own: { high: stop, data: notice('wcs_counters X') } } : {},
    );
    expect(lines.filter((line) => !line.includes('CHECK_DATA'))).toEqual([
      '1 FRA1 EMERGENCY_STOP NEW persistent',
      '2 FRA1 EMERGENCY_STOP ONGOING window',
      '3 FRA1 EMERGENCY_STOP ONGOING window',
      '5 FRA1 NONE CLEARED recovered',
      '5 FRA1 NONE CLEARED recovered',
    ]);
  });

  it('is not over while nothing is heard of the devices', async () => {
    const lines = await said(8, (c) =>
      c < 4 ? { own: { high: stop } } : { blind: [{ source: 'wcs_counters', share: 0.4 }] },
    );
    expect(lines.at(-1)).toBe('3 FRA1 EMERGENCY_STOP ONGOING window');
  });

  it('and a notice are unknown to older rules', async () => {
    expect(await said(4, () => ({ rules: 5, own: { high: stop, data: notice('wcs_counters X') } }))).toEqual(
      [],
    );
  });
});

describe('a unit whose path is elsewhere', () => {
  const unitsAt = (c: number): Step['units'] => (c < 4 ? { U1: high(), U2: GOOD } : { U2: GOOD });
  const gone = { gone: ['FRA1_SINGLES_U1'] };

  it('is gone at once', async () => {
    const lines = await said(12, (c) => (c >= 4 ? gone : {}), unitsAt);
    expect(lines.at(-1)).toBe('4 FRA1_SINGLES_U1 NONE CLEARED removed');
  });

  it('is missed by older rules', async () => {
    const lines = await said(12, (c) => ({ ...(c >= 4 ? gone : {}), rules: 5 }), unitsAt);
    expect(lines.at(-1)).toBe('8 FRA1_SINGLES_U1 ADD_STAFF ONGOING stale');
  });
});

describe('a source that many places deny', () => {
  const WES = `${WAREHOUSE}_wes-stock`;
  const doubt = (unitId: string, winner: string | null): DirectionDecision => ({
    ...checkData(unitId),
    state: 'OK',
    minutesActionable: 15,
    winner,
  });
  const denied = (unit: string, winner: string | null) => ({
    unit: { quality: 60, data: doubt(unit, winner) },
  });
  const atFault = { own: { sources: [{ source: 'wes_stock' as const, data: doubt(WES, null) }] } };

  it('is one alert, and whoever stays behind is told afterwards', async () => {
    const lines = await said(
      16,
      (c) => (c >= 1 && c < 6 ? atFault : {}),
      (c) => ({
        U1: c < 6 ? denied('U1', c >= 1 ? WES : null) : GOOD,
        U2: c >= 1 && c < 6 ? denied('U2', WES) : GOOD,
        // It comes late, and stays.
        U3: c >= 4 && c < 12 ? denied('U3', c < 6 ? WES : null) : GOOD,
      }),
    );
    expect(lines).toEqual([
      '0 FRA1_SINGLES_U1 CHECK_DATA NEW persistent',
      '1 FRA1_wes-stock CHECK_DATA NEW persistent',
      '7 FRA1_SINGLES_U1 NONE CLEARED recovered',
      '7 FRA1_wes-stock NONE CLEARED recovered',
      '7 FRA1_SINGLES_U3 CHECK_DATA NEW persistent',
      '13 FRA1_SINGLES_U3 NONE CLEARED recovered',
    ]);
  });

  it('stays silent where it is acknowledged, and speaks for all of them on', async () => {
    const units = { U1: denied('U1', WES), U2: denied('U2', WES) };
    const steps = Array.from({ length: 12 }, (_, c): Step => ({
      c,
      units,
      input: atFault,
      ...(c === 3 ? { before: (subject: Subject) => subject.acknowledge({ unit: WES, by: 'alex' }) } : {}),
    }));
    const { records } = await runScenario(createPureSubject(), { name: '', steps });
    expect(records.flatMap(({ outbox }) => outbox.map(({ unitId }) => unitId))).toEqual([WES]);
  });

  it('is not over while nothing is heard of it, and unknown to older rules', async () => {
    const silent = { blind: [{ source: 'wes_stock' as const, share: 0.4 }] };
    const lines = await said(8, (c) => (c < 3 ? atFault : silent));
    expect(lines).toEqual(['0 FRA1_wes-stock CHECK_DATA NEW persistent']);
    expect(await said(4, () => ({ ...atFault, rules: 5 }))).toEqual([]);
  });
});
