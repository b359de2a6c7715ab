/** The rules of the score, each by a case: c = a cycle of 5 minutes after 10:00, the incident lasts from c12 to c18. */
import { describe, expect, it } from 'vitest';
import type { Episode } from '../../../src/backtest/score/episode.ts';
import type { Incident } from '../../../src/backtest/score/incident.ts';
import { scorable, score, type Exposure, type Scores } from '../../../src/backtest/score/score.ts';
import { isUntrue } from '../../../src/backtest/score/untrue-cleared.ts';

const ZERO = Date.parse('2026-03-02T10:00:00Z');
const c = (cycle: number): number => ZERO + cycle * 300_000;

const EXPOSURE: Exposure = { fromMs: c(0), toMs: c(48), unitMs: 2 * 48 * 300_000, warehouseHours: 4 };

function incident(change: Partial<Incident> = {}): Incident {
  return {
    incidentId: 'I1',
    unitId: 'U1',
    kind: 'OVERFLOW',
    onsetTs: c(12),
    endTs: c(18),
    familyId: 'F1',
    cause: null,
    causeTs: null,
    remedies: null,
    ...change,
  };
}

function episode(open: number, end: number | null, change: Partial<Episode> = {}): Episode {
  return {
    unitId: 'U1',
    direction: 'HIGH',
    openTs: c(open),
    endTs: end === null ? null : c(end),
    newTs: c(open),
    notifications: 1,
    advices: [],
    spokenFor: null,
    ...change,
  };
}

function scoreOf(episodes: Episode[], incidents = [incident()], change: object = {}): Scores {
  return score({
    incidents,
    episodes,
    negatives: [],
    exposure: EXPOSURE,
    notifications: 6,
    thresholdNotifications: 60,
    ...change,
  });
}

describe('recall: from the first notification of an episode that is open in [onset - 60 min, end]', () => {
  const RECALLS = [
    'recall_by_onset',
    'recall_within_5_min',
    'recall_lead_10_min',
    'recall_fresh_10',
  ] as const;
  it.each<[string, Episode[], [number, number, number, number], number | null]>([
    ['nothing said', [], [0, 0, 0, 0], null],
    ['NEW 30 min before', [episode(6, 20)], [1, 1, 1, 1], 30],
    ['NEW 10 min before', [episode(10, 20)], [1, 1, 1, 1], 10],
    ['NEW 5 min before', [episode(11, 20)], [1, 1, 0, 0], 5],
    ['NEW at the onset', [episode(12, 20)], [1, 1, 0, 0], 0],
    ['NEW 5 min after', [episode(13, 20)], [0, 1, 0, 0], -5],
    ['NEW 10 min after', [episode(14, 20)], [0, 0, 0, 0], -10],
    ['NEW at the end', [episode(18, 20)], [0, 0, 0, 0], -30],
    ['NEW after the end', [episode(19, 20)], [0, 0, 0, 0], null],
    ['open long before and still', [episode(-20, 20)], [1, 1, 1, 0], 160],
    ['closed within 60 min before', [episode(-10, 1)], [1, 1, 1, 0], 110],
    ['closed 60 min before', [episode(-10, 0)], [0, 0, 0, 0], null],
    ['NEW 60 min before', [episode(0, null)], [1, 1, 1, 1], 60],
    ['the other direction', [episode(6, 20, { direction: 'LOW' })], [0, 0, 0, 0], null],
    ['another unit', [episode(6, 20, { unitId: 'U2' })], [0, 0, 0, 0], null],
    ['open, but nobody was told', [episode(6, 20, { newTs: null, notifications: 0 })], [0, 0, 0, 0], null],
    ['open early, told late', [episode(6, 20, { newTs: c(13) })], [0, 1, 0, 0], -5],
    ['two episodes: the first to tell counts', [episode(13, 20), episode(2, 4)], [1, 1, 1, 1], 50],
  ])('%s', (_, episodes, recalls, lead) => {
    const scores = scoreOf(episodes);
    expect(RECALLS.map((name) => scores[name])).toEqual(recalls);
    expect(scores.lead_p50_min).toBe(lead);
  });

  it('a subsumed incident counts from its winner, and apart', () => {
    const covered = episode(6, 20, {
      newTs: null,
      notifications: 0,
      spokenFor: { ts: c(8), unitId: 'T', advice: null },
    });
    const scores = scoreOf([covered]);
    expect(scores).toMatchObject({ recall_lead_10_min: 1, recall_fresh_10: 0, episodes: 0, precision: null });
    expect(scores.subsumed).toMatchObject({ incidents: 1, lead_p50_min: 20 });
  });

  it('a starvation is met by LOW', () => {
    const scores = scoreOf([episode(6, 20, { direction: 'LOW' })], [incident({ kind: 'STARVATION' })]);
    expect(scores.recall_by_onset).toBe(1);
    expect(scores.by_kind).toMatchObject({ STARVATION: { incidents: 1 }, OVERFLOW: { incidents: 0 } });
  });
});

describe('precision: of notified episodes', () => {
  it.each<[string, Episode[], Pick<Scores, 'episodes' | 'precision' | 'precision_fresh' | 'false_episodes'>]>(
    [
      ['none', [], { episodes: 0, precision: null, precision_fresh: null, false_episodes: 0 }],
      ['in time', [episode(6, 20)], { episodes: 1, precision: 1, precision_fresh: 1, false_episodes: 0 }],
      ['false', [episode(30, 33)], { episodes: 1, precision: 0, precision_fresh: 0, false_episodes: 1 }],
      [
        'open for hours: not fresh',
        [episode(-9, 20)],
        { episodes: 1, precision: 1, precision_fresh: 0, false_episodes: 0 },
      ],
      [
        'told within the incident: fresh',
        [episode(18, 30)],
        { episodes: 1, precision: 1, precision_fresh: 1, false_episodes: 0 },
      ],
      [
        'half of two',
        [episode(6, 20), episode(30, 33)],
        { episodes: 2, precision: 0.5, precision_fresh: 0.5, false_episodes: 1 },
      ],
      [
        'untold ones do not count',
        [episode(30, 33, { newTs: null })],
        { episodes: 0, precision: null, precision_fresh: null, false_episodes: 0 },
      ],
    ],
  )('%s', (_, episodes, expected) => {
    expect(scoreOf(episodes)).toMatchObject(expected);
  });

  it('false episodes are counted per unit and day', () => {
    // Two units over four hours are a third of a unit-day.
    expect(scoreOf([episode(30, 33)]).false_episodes_per_unit_day).toBeCloseTo(3);
  });
});

describe('shares of time and of messages', () => {
  it('an episode that never closes shows in the open share, overlaps once', () => {
    const scores = scoreOf([episode(24, null), episode(30, 40)]);
    expect(scores.open_share).toBeCloseTo(24 / 96);
    expect(scores.incident_share).toBeCloseTo(6 / 96);
  });

  it('notifications are held against the threshold, the hours and the looks they replace', () => {
    expect(scoreOf([])).toMatchObject({
      notifications_per_warehouse_hour: 1.5,
      notifications_per_incident: 6,
      reduction_against_threshold: 0.9,
      operator_looks: 16,
      operator_checks_replaced: 0.625,
    });
  });
});

describe('wrong direction', () => {
  const low = episode(13, 16, { direction: 'LOW' });
  it('counts a notified LOW in an overflow', () => {
    expect(scoreOf([low]).wrong_direction).toBe(1);
  });
  it('exempts one that overlaps an incident of its own direction', () => {
    const both = [
      incident(),
      incident({ incidentId: 'I2', kind: 'STARVATION', onsetTs: c(16), endTs: c(19) }),
    ];
    expect(scoreOf([low], both).wrong_direction).toBe(0);
  });
  it('does not count what nobody was told', () => {
    expect(scoreOf([{ ...low, newTs: null }]).wrong_direction).toBe(0);
  });
});

describe('causes', () => {
  const family = [1, 2, 3].map((n) =>
    incident({ incidentId: `I${n}`, unitId: `U${n}`, cause: 'JAM', causeTs: c(2) }),
  );
  it('incidents of one cause are one observation of the confidence', () => {
    const others = [incident({ unitId: 'U9', familyId: 'F9' })];
    const episodes = [1, 2, 3].map((n) => episode(6, 20, { unitId: `U${n}` }));
    const scores = scoreOf(episodes, [...family, ...others]);
    expect(scores.recall_by_onset).toBe(0.75);
    // Two clusters: both drawn right, both wrong, or mixed.
    expect(scores.confidence.recall_by_onset).toEqual([0, 1]);
    expect(scoreOf(episodes, family).confidence.recall_by_onset).toBeNull();
  });

  it('are told apart, with those that could be foreseen', () => {
    const late = incident({ unitId: 'U4', cause: 'SURGE', causeTs: c(11) });
    const scores = scoreOf([episode(6, 20)], [...family, late]);
    expect(scores.by_cause).toMatchObject({
      JAM: { incidents: 3, recall_by_onset: 1 / 3 },
      SURGE: { incidents: 1 },
    });
    expect(scores.foreseeable).toMatchObject({ incidents: 3 });
    expect(scoreOf([]).foreseeable).toBeNull();
  });
});

describe('advice', () => {
  const remedies = [
    { action: 'ADD_STAFF', unitId: 'U1', process: 'PACK', quantity: 4, quantityUnit: 'persons' },
    { action: 'THROTTLE_PICKING_ALL', unitId: 'T', process: null, quantity: null, quantityUnit: null },
    { action: 'REBALANCE_CAPACITY', unitId: null, process: null, quantity: 6.5, quantityUnit: 'upm' },
    { action: 'REBALANCE_CAPACITY', unitId: null, process: null, quantity: 2, quantityUnit: 'stations' },
  ];
  const advice = {
    ...{ action: 'ADD_STAFF', actionUnitId: 'U1', process: 'PACK' as string | null },
    ...{ quantity: 4, quantityUnit: 'persons' },
  };
  const told = (at: number, change: object = {}) => ({ ts: c(at), advice: { ...advice, ...change } });
  it.each<[string, Partial<typeof advice> | { quantity: null }, number, number | null]>([
    ['the right one', {}, 1, 1],
    ['25 % more', { quantity: 5 }, 1, 1],
    ['50 % more', { quantity: 6 }, 1, 0],
    ['no quantity', { quantity: null }, 1, 0],
    ['an alternative', { action: 'THROTTLE_PICKING_ALL', actionUnitId: 'T' }, 1, null],
    ["an alternative at the first one's unit", { action: 'THROTTLE_PICKING_ALL' }, 0, null],
    ['another action', { action: 'NONE' }, 0, null],
    ['another place', { actionUnitId: 'U2' }, 0, null],
    ["another process' people", { process: 'PICK' }, 0, null],
    ['people of nobody knows where', { process: null }, 0, null],
    [
      'anywhere, in the second of two units',
      { action: 'REBALANCE_CAPACITY', actionUnitId: 'U7', quantity: 2, quantityUnit: 'stations' },
      ...([1, 1] as const),
    ],
    [
      'the number of one unit in the other one',
      { action: 'REBALANCE_CAPACITY', actionUnitId: 'U7', quantity: 2, quantityUnit: 'upm' },
      ...([1, 0] as const),
    ],
  ])('%s', (_, change, right, within) => {
    const scores = scoreOf([episode(6, 20, { advices: [told(6, change)] })], [incident({ remedies })]);
    expect([scores.action_right, scores.quantity_within_25_percent]).toEqual([right, within]);
  });

  it('of a subsumed incident is the one of its winner', () => {
    const covered = episode(6, 20, { newTs: null, spokenFor: { ts: c(8), unitId: 'T', advice } });
    expect(scoreOf([covered], [incident({ remedies })]).action_right).toBe(1);
  });
  it.each([
    ['the first of several', 6, [told(6), told(8, { action: 'NONE' })], 1],
    [
      'of an alert that is open for hours, what it said an hour before the onset',
      -30,
      [told(-30, { action: 'NONE' }), told(-1)],
      1,
    ],
    ['not what it had said before', -30, [told(-30), told(-1, { action: 'NONE' })], 0],
  ])('is %s', (_, open, advices, right) => {
    expect(scoreOf([episode(open, 20, { advices })], [incident({ remedies })]).action_right).toBe(right);
  });
  it('is told by kind and by cause as well', () => {
    const scores = scoreOf(
      [episode(6, 20, { advices: [told(6)] })],
      [incident({ remedies, cause: 'SURGE' })],
    );
    for (const part of [scores.by_kind['OVERFLOW'], scores.by_cause['SURGE']])
      expect(part).toMatchObject({ action_right: 1, actions_judged: 1, quantity_within_25_percent: 1 });
  });
  it('is not judged where nobody knows what is right', () => {
    expect(scoreOf([episode(6, 20, { advices: [told(6)] })])).toMatchObject({
      action_right: null,
      actions_judged: 0,
    });
  });
});

it('an alarm in a negative counts where no incident explains it', () => {
  const negatives = [
    { unitId: 'U1', kind: 'BREAK', startTs: c(29), endTs: c(34) },
    { unitId: 'U1', kind: 'BREAK', startTs: c(35), endTs: c(40) },
    { unitId: 'U1', kind: 'SPIKE', startTs: c(5), endTs: c(8) },
  ];
  const scores = scoreOf([episode(30, 33), episode(6, 20)], [incident()], { negatives });
  expect(scores.negatives).toEqual({ BREAK: { count: 2, alarmed: 1 }, SPIKE: { count: 1, alarmed: 0 } });
});

it('incidents that no cycle could have warned of, or beyond the last one, count for nobody', () => {
  const onsets = [-1, 0, 1, 48, 49].map((at) => incident({ onsetTs: c(at) }));
  expect(scorable(onsets, EXPOSURE).map(({ onsetTs }) => onsetTs)).toEqual([c(1), c(48)]);
});

describe('by unit: an alert that another unit spoke for is one of its own', () => {
  const speaker = (ts: number) => ({ ts, unitId: 'TOTAL', advice: null });
  const withheld = (open: number, told: number) =>
    episode(open, 20, { newTs: null, notifications: 0, spokenFor: speaker(c(told)) });
  const total = episode(6, 20, { unitId: 'TOTAL' });

  it('counts in precision as it counts in recall', () => {
    const { by_unit: scores, precision, recall_lead_10_min: recall } = scoreOf([total, withheld(6, 6)]);
    expect(recall).toBe(1);
    expect(precision).toBe(0);
    expect(scores).toMatchObject({ alerts: 2, right: 1, fresh: 1, false_alerts: 1, precision: 0.5 });
    expect(scores.false_alerts_per_unit_day).toBeCloseTo(1 / (EXPOSURE.unitMs / 86_400_000));
  });

  it('is false where its unit has no incident, whatever the speaker has', () => {
    const { by_unit: scores } = scoreOf([episode(6, 20), { ...withheld(6, 6), unitId: 'U2' }]);
    expect(scores).toMatchObject({ alerts: 2, right: 1, fresh: 1 });
  });

  it('is fresh from when people were told, by either', () => {
    expect(scoreOf([withheld(-20, -10)]).by_unit).toMatchObject({ right: 1, fresh: 0 });
    expect(scoreOf([withheld(-20, 4)]).by_unit).toMatchObject({ right: 1, fresh: 1 });
  });

  it('is none where nobody was told', () => {
    expect(scoreOf([episode(6, 20, { newTs: null })]).by_unit).toMatchObject({ alerts: 0, precision: null });
  });
});

describe('by cause', () => {
  it('has an interval over happenings, and none of a single one', () => {
    const incidents = ['A', 'B', 'C', 'D'].map((familyId, index) =>
      incident({ incidentId: familyId, unitId: `U${index}`, familyId, cause: index < 3 ? 'JAM' : 'SURGE' }),
    );
    const { by_cause: causes } = scoreOf([episode(6, 20, { unitId: 'U0' })], incidents);
    expect(causes['JAM']).toMatchObject({ incidents: 3, recall_lead_10_min: 1 / 3 });
    expect(causes['JAM']?.confidence.recall_lead_10_min).toEqual([0, 1]);
    expect(causes['SURGE']?.confidence.recall_lead_10_min).toBeNull();
  });
});

describe('an end that was told', () => {
  const end = { unitId: 'U1', direction: 'HIGH', capacityUnits: 100 } as const;
  const nobodyKnows = () => null;
  it.each([
    ['in the incident', c(15), nobodyKnows, true],
    ['at its end', c(18), nobodyKnows, false],
    ['after it, at .9', c(19), () => 90, true],
    ['after it, below', c(19), () => 89, false],
  ])('%s', (_, ts, levelAt, untrue) => {
    expect(isUntrue({ ...end, ts }, [incident()], levelAt)).toBe(untrue);
    const low = { ...end, direction: 'LOW' as const, ts };
    expect(isUntrue(low, [incident({ kind: 'STARVATION' })], levelAt)).toBe(ts < c(18));
  });
});
