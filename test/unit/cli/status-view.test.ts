import { describe, expect, test } from 'vitest';
import { assess, renderStatus, type WarehouseStatus } from '../../../src/cli/status-view.ts';
import type { AlertState, AlertStateUnit } from '../../../src/domain/suppress/contract.ts';
import type { NetworkAlert } from '../../../src/store/network-alert.ts';

const NO_ALERTS: NetworkAlert[] = [];
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
      cause: 'UNDERSTAFFED',
      actionUnitId: 'FRA1_SINGLES_TOTAL',
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
  health: [],
  recorded: {},
  ...fields,
});

const showAll = (statuses: WarehouseStatus[], { now = NOW, all = false, networkAlerts = NO_ALERTS } = {}) =>
  renderStatus(
    { networkAlerts, warehouses: assess(statuses, { now, intervalMinutes: 5 }) },
    { all, now, schema: 'bufferwatch_prod' },
  );
const show = (status: WarehouseStatus, now = NOW, all = false) => showAll([status], { now, all });

/** A unit with one alert; its fields changed. */
const unit = (
  unitId: string,
  fields: Partial<Omit<AlertStateUnit, 'alerts'>>,
  alert: Partial<AlertStateUnit['alerts'][number]> = {},
): AlertStateUnit => ({
  ...overflowing,
  ...fields,
  unitId,
  alerts: overflowing.alerts.map((each) => ({ ...each, ...alert })),
});
const episode = (fields: Partial<NonNullable<AlertStateUnit['alerts'][number]['episode']>>) => {
  const [first] = overflowing.alerts;
  if (!first?.episode) throw new Error('the example has none');
  return { ...first.episode, ...fields };
};

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
        'FRA1 Frankfurt 1: last cycle 30 s ago, worst WARNING OVERFLOW_RISK, 1 open alert',
        '  SEVERITY  UNIT                STATE          FILL  OPEN SINCE  WHAT TO DO               WHAT PEOPLE KNOW',
        '  WARNING   FRA1_SINGLES_TOTAL  OVERFLOW_RISK  88 %  10:50 CET   Add 3 people to SINGLES  told 11:05 CET',
        '  other units: 1 healthy (--all)',
      ].join('\n'),
    );
  });

  test('healthy and watched units with --all alone', () => {
    const watched = unit(
      'FRA1_MULTIS_TOTAL',
      { state: 'WATCH_HIGH' },
      { label: null, severity: 'WATCH', episode: null },
    );
    const status = warehouse({ state: state({ units: [overflowing, healthy, watched] }) });
    expect(show(status)).toMatch(/FRA1_SINGLES_TOTAL .*\n  other units: 1 watched, 1 healthy \(--all\)$/);
    const all = show(status, NOW, true);
    expect(all.split('\n').slice(2)).toEqual([
      expect.stringContaining('FRA1_SINGLES_TOTAL'),
      expect.stringMatching(/^  WATCH .*FRA1_MULTIS_TOTAL .*watched$/),
      expect.stringMatching(/FRA1_SINGLES_LANE-1  OK +50 %$/),
    ]);
  });

  test('the worst first: by severity, then by state, then what is open for longest', () => {
    const units = [
      unit('FRA1_A_1', { state: 'UNKNOWN' }, { episode: episode({ startedAt: '2026-03-01T09:00:00Z' }) }),
      unit('FRA1_A_2', {}, { episode: episode({ startedAt: '2026-03-01T09:59:00Z' }) }),
      unit('FRA1_A_3', {}, { episode: episode({ startedAt: '2026-03-01T09:05:00Z' }) }),
      unit('FRA1_A_4', {}, { severity: 'EMERGENCY' }),
      { ...healthy, unitId: 'FRA1_A_5', state: 'UNKNOWN' as const },
      unit('FRA1_A_6', { state: 'OVERFLOW' }, { severity: 'CRITICAL' }),
    ];
    const shown = show(warehouse({ state: state({ units }) }));
    expect(shown.match(/FRA1_A_\d/g)).toEqual([4, 6, 3, 2, 1, 5].map((each) => `FRA1_A_${each}`));
  });

  test('warehouses likewise, and before them those that nobody has looked at', () => {
    const of = (code: string, units: AlertStateUnit[], lastCycle = '2026-03-01T10:05:00Z') =>
      warehouse({ code, state: state({ units, lastCycle, worstState: 'OVERFLOW_RISK' }) });
    const text = showAll([
      warehouse({ code: 'OK1', state: state({ units: [healthy], worstState: 'OK', openEpisodes: 0 }) }),
      of('WARN', [overflowing]),
      of('CRIT', [unit('CRIT_A_B', {}, { severity: 'CRITICAL' })]),
      of('OLD1', [healthy], '2026-03-01T09:00:00Z'),
      warehouse({ code: 'NEW1', state: null, blind: null }),
    ]);
    expect(text.match(/^[A-Z0-9]{3,4}(?= Frankfurt)/gm)).toEqual(['OLD1', 'NEW1', 'CRIT', 'WARN', 'OK1']);
  });

  test.each([
    [
      'that people were not told, and why',
      { label: 'SUPPRESSED' as const, reason: 'persistence', episode: null },
      'not told; may be a blip',
    ],
    [
      'that they are about to be',
      { label: 'NEW' as const, episode: episode({ lastNotifiedAt: null }) },
      'being told',
    ],
    [
      'who took it on until when',
      {
        label: 'SUPPRESSED' as const,
        reason: 'acknowledged',
        episode: episode({ acknowledgedBy: 'lea (U012)', acknowledgedUntil: '2026-03-02T05:00:00Z' }),
      },
      'told 11:05 CET; acknowledged by lea until 2 Mar 06:00 CET',
    ],
    [
      'who took it on for good',
      { episode: episode({ acknowledgedBy: 'lea' }) },
      'acknowledged by lea until it is over',
    ],
    [
      'no acknowledgement that has ended',
      { episode: episode({ acknowledgedBy: 'lea', acknowledgedUntil: '2026-03-01T10:05:00Z' }) },
      'told 11:05 CET',
    ],
  ])('%s', (_, alert, known) => {
    const status = warehouse({ state: state({ units: [unit('FRA1_A_B', {}, alert)] }) });
    expect(show(status).split('\n')[2]).toMatch(new RegExp(`[ ;] ${known}$`));
  });

  test('who muted it until when, as long as that holds', () => {
    const mute = (fields: object) => ({
      ...{ unit: 'FRA1_SINGLES_TOTAL', from: null, until: '2026-03-01T11:00:00Z', by: 'ana' },
      ...fields,
    });
    const known = (mutes: AlertState['mutes']) => show(warehouse({ state: state({ mutes }) }));
    expect(known([mute({})])).toContain('told 11:05 CET; muted by ana until 12:00 CET');
    expect(known([mute({ unit: '*' })])).toContain('; muted by ana');
    for (const other of [
      { unit: 'FRA1_X_Y' },
      { from: '2026-03-01T10:30:00Z' },
      { until: '2026-03-01T10:05:00Z' },
    ])
      expect(known([mute(other)])).toMatch(/told 11:05 CET$/m);
  });

  test("the action in the words of Slack, whose staff it is where recorded, also of an older worker's answer", () => {
    expect(show(warehouse({ recorded: { 'FRA1_SINGLES_TOTAL HIGH': { process: 'PACK' } } }))).toContain(
      'Add 3 packers to SINGLES',
    );
    const { cause: _cause, actionUnitId: _where, ...older } = overflowing.alerts[0] ?? {};
    const units = [{ ...overflowing, alerts: [older] }] as AlertStateUnit[];
    expect(show(warehouse({ state: state({ units }) }))).toContain('Add 3 people to SINGLES');
  });

  test('what is the matter with the monitoring itself, above all', () => {
    const networkAlerts = [
      {
        ...{ key: 'warehouses-failed', openedCycle: '2026-02-28T10:05:00Z', closedCycle: null },
        ...{ lastNotifiedCycle: null, channelId: null, messageTs: null },
        detail: {
          names: [],
          last: ['LEJ1', 'MAD1'],
          findings: [{ name: 'LEJ1', detail: 'the database does not answer (connect ECONNREFUSED)' }],
        },
      },
    ];
    expect(showAll([warehouse()], { networkAlerts })).toMatch(
      /^MONITORING: warehouses failed since 28 Feb 10:05 UTC: LEJ1, MAD1\n {2}LEJ1: the database does not answer \(connect ECONNREFUSED\)\n\nFRA1/,
    );
  });

  test.each([
    {
      what: 'a blind source',
      status: warehouse({ blind: [{ source: 'wes_stock', share: 0.75 }] }),
      line: 'BLIND: no usable data from wes_stock, 75 % of the places depend on it',
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
      line: 'covered by MULTIS',
    },
    {
      what: 'an unknown level',
      status: warehouse({ state: state({ units: [{ ...healthy, state: 'UNKNOWN', fill: null }] }) }),
      line: 'UNKNOWN  ?',
    },
  ])('$what', ({ status, line }) => {
    expect(show(status)).toContain(line);
  });

  test('what alerts that are over ask to take back, until somebody has done it', () => {
    const awaited: NonNullable<AlertState['undo']>[number] = {
      episodeId: 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T09:00:00Z',
      unitId: 'FRA1_SINGLES_TOTAL',
      endedAt: '2026-03-01T10:00:00Z',
      instructions: [
        {
          action: 'RELEASE_PICKING_ALL',
          actionUnitId: 'FRA1_SINGLES_TOTAL',
          quantity: 30,
          quantityUnit: 'percent',
        },
      ],
      doneBy: null,
      messages: [],
    };
    expect(show(warehouse({ state: state({ undo: [awaited] }) }))).toContain(
      '  to undo: Raise picking for all of SINGLES back to normal, step by step (FRA1_SINGLES_TOTAL, over since 11:00 CET)',
    );
    expect(show(warehouse({ state: state({ undo: [{ ...awaited, doneBy: 'ana' }] }) }))).not.toContain(
      'undo',
    );
  });

  test('an old state is called stale and not summed up as if it held', () => {
    const text = show(warehouse(), NOW + 11 * 60_000);
    expect(text).toContain('last cycle 12 min ago: STALE');
    expect(text).not.toContain('worst');
  });

  test('an empty registry tells how to add a warehouse', () => {
    expect(showAll([])).toContain('INSERT INTO bufferwatch_prod.warehouse');
  });
});
