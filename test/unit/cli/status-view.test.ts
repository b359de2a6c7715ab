import { describe, expect, test } from 'vitest';
import { assess, renderStatus, type WarehouseStatus } from '../../../src/cli/status-view.ts';
import type { AlertState, AlertStateUnit } from '../../../src/domain/alerting.ts';

const NOW = Date.parse('2026-03-01T10:05:30Z');

const healthy: AlertStateUnit = {
  unitId: 'FRA1_SINGLES_LANE-1',
  state: 'OK',
  quality: 98,
  fill: 0.5,
  alerts: [],
};
const overflowing: AlertStateUnit = {
  unitId: 'FRA1_SINGLES_TOTAL',
  state: 'OVERFLOW_RISK',
  quality: 97,
  fill: 0.884,
  alerts: [
    {
      direction: 'HIGH',
      label: 'ONGOING',
      reason: 'window',
      action: 'ADD_STAFF',
      severity: 'WARNING',
      quantity: 3,
      quantityUnit: 'persons',
      winner: null,
      episode: {
        episodeId: 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T09:50:00Z',
        startedAt: '2026-03-01T09:50:00Z',
        notifications: 2,
        lastNotifiedAt: '2026-03-01T10:05:00Z',
        highestSeverity: 'WARNING',
        acknowledgedBy: null,
        acknowledgedUntil: null,
        messages: [],
      },
    },
  ],
};

const state = (fields: Partial<AlertState> = {}): AlertState => ({
  warehouse: 'FRA1',
  revision: 7,
  lastCycle: '2026-03-01T10:05:00Z',
  worstState: 'OVERFLOW_RISK',
  openEpisodes: 1,
  undelivered: 0,
  units: [overflowing, healthy],
  mutes: [],
  ...fields,
});

const warehouse = (fields: Partial<WarehouseStatus> = {}): WarehouseStatus => ({
  code: 'FRA1',
  name: 'Frankfurt 1',
  timezone: 'Europe/Berlin',
  state: state(),
  blind: [],
  ...fields,
});

const show = (status: WarehouseStatus, now = NOW, all = false) =>
  renderStatus(assess([status], { now, intervalMinutes: 5 }), { all });

describe('the age of the last cycle', () => {
  test.each([
    { minutes: 5, stale: false },
    { minutes: 10, stale: false },
    { minutes: 10.1, stale: true },
    { minutes: 720, stale: true },
  ])('$minutes min after the snapshot: stale $stale', ({ minutes, stale }) => {
    const now = Date.parse('2026-03-01T10:05:00Z') + minutes * 60_000;
    const [report] = assess([warehouse()], { now, intervalMinutes: 5 });
    expect(report?.stale).toBe(stale);
    expect(report?.ageMs).toBe(minutes * 60_000);
  });

  test.each([
    ['no cycle has ever decided', warehouse({ state: null, blind: null })],
    ['a state without a cycle', warehouse({ state: state({ lastCycle: null }) })],
  ])('%s: never taken for healthy', (_, status) => {
    const [report] = assess([status], { now: NOW, intervalMinutes: 5 });
    expect(report).toMatchObject({ ageMs: null, stale: true });
    expect(show(status)).toContain('NO CYCLE YET');
  });
});

describe('what people read', () => {
  test('the units in trouble with their action in the local time, the healthy ones counted', () => {
    expect(show(warehouse())).toBe(
      [
        'FRA1 Frankfurt 1: last cycle 30 s ago, worst OVERFLOW_RISK, 1 open alert',
        '  UNIT                STATE          FILL  ALERT         SINCE      ACTION               WHY',
        '  FRA1_SINGLES_TOTAL  OVERFLOW_RISK  88 %  ONGOING HIGH  10:50 CET  ADD_STAFF 3 persons  window',
        '  1 other units healthy',
      ].join('\n'),
    );
  });

  test('one warehouse shows its healthy units too', () => {
    expect(show(warehouse(), NOW, true)).toContain('FRA1_SINGLES_LANE-1');
  });

  test.each([
    {
      what: 'a blind source',
      status: warehouse({ blind: [{ source: 'wes_stock', share: 0.75 }] }),
      line: 'BLIND: no usable data from wes_stock; 75 % of the units depend on it',
    },
    {
      what: 'messages that are stuck',
      status: warehouse({ state: state({ undelivered: 2 }) }),
      line: '2 messages decided and not yet delivered to Slack',
    },
    {
      what: 'a mute',
      status: warehouse({
        state: state({ mutes: [{ unit: '*', from: null, until: '2026-03-01T11:00:00Z', by: 'ana' }] }),
      }),
      line: 'muted: every unit until 12:00 CET by ana',
    },
    {
      what: 'a record that is gone',
      status: warehouse({ blind: null }),
      line: "the last cycle's record of its sources is gone",
    },
    {
      what: 'what covers an alert',
      status: warehouse({
        state: state({
          units: [
            {
              ...overflowing,
              alerts: overflowing.alerts.map((each) => ({
                ...each,
                label: 'SUPPRESSED' as const,
                reason: 'subsumed',
                winner: 'FRA1_MULTIS_TOTAL',
              })),
            },
          ],
        }),
      }),
      line: 'subsumed by FRA1_MULTIS_TOTAL',
    },
    {
      what: 'an unknown level',
      status: warehouse({ state: state({ units: [{ ...healthy, state: 'UNKNOWN', fill: null }] }) }),
      line: 'UNKNOWN  ?',
    },
  ])('$what', ({ status, line }) => {
    expect(show(status)).toContain(line);
  });

  test('an old state is called stale and not summed up as if it held', () => {
    const text = show(warehouse(), NOW + 11 * 60_000);
    expect(text).toContain('last cycle 12 min ago: STALE');
    expect(text).not.toContain('worst');
  });

  test('an empty registry tells how to add a warehouse', () => {
    expect(renderStatus([], { all: false })).toContain('INSERT INTO warehouse');
  });
});
