/** Incidents found in levels, probabilities judged by what came, intervals of confidence. */
import { describe, expect, it } from 'vitest';
import { Calibration } from '../../../src/backtest/score/calibration.ts';
import { IncidentFinder, type LevelPoint } from '../../../src/backtest/score/derive-incidents.ts';
import type { Incident } from '../../../src/backtest/score/incident.ts';
import { ProbabilityJudge } from '../../../src/backtest/score/probability-judge.ts';
import { confidenceOf, quantile } from '../../../src/backtest/score/statistics.ts';

const MIN = 60_000;

/** Minute and fill of each level. */
function findIn(levels: [minute: number, fill: number, wanted?: boolean][]): string[] {
  const finder = new IncidentFinder('U1');
  const points = levels.map(([minute, fill, wanted = true]): LevelPoint => ({
    ts: minute * MIN,
    fill,
    wanted,
  }));
  return [...points.flatMap((point) => finder.add(point)), ...finder.end()].map(
    ({ kind, onsetTs, endTs }) => `${kind} ${onsetTs / MIN}-${endTs / MIN}`,
  );
}

describe('an incident is 10 minutes at the limit', () => {
  it.each<[string, [number, number, boolean?][], string[]]>([
    [
      'two samples of 5 minutes',
      [
        [0, 0.9],
        [5, 0.98],
        [10, 1],
        [15, 0.9],
      ],
      ['OVERFLOW 5-15'],
    ],
    [
      'one sample of 5 minutes',
      [
        [0, 0.9],
        [5, 1],
        [10, 0.9],
      ],
      [],
    ],
    [
      'one sample of 15 minutes',
      [
        [0, 0.9],
        [15, 1],
        [30, 0.9],
      ],
      ['OVERFLOW 15-30'],
    ],
    [
      'just below',
      [
        [0, 0.979],
        [5, 0.979],
        [10, 0.979],
      ],
      [],
    ],
    [
      'ten samples of a minute',
      Array.from({ length: 12 }, (_, m): [number, number] => [m, m < 10 ? 1 : 0.9]),
      ['OVERFLOW 0-10'],
    ],
    [
      'nine samples of a minute',
      Array.from({ length: 12 }, (_, m): [number, number] => [m, m < 9 ? 1 : 0.9]),
      [],
    ],
    [
      'a dip ends it',
      [
        [0, 1],
        [5, 1],
        [10, 0.9],
        [15, 1],
        [20, 1],
        [25, 0.5],
      ],
      ['OVERFLOW 0-10', 'OVERFLOW 15-25'],
    ],
    [
      'silence ends it with its last level',
      [
        [0, 1],
        [10, 1],
        [60, 1],
        [65, 0.5],
      ],
      ['OVERFLOW 0-10'],
    ],
    [
      'the end of the data ends it',
      [
        [0, 1],
        [5, 1],
        [10, 1],
      ],
      ['OVERFLOW 0-10'],
    ],
    [
      'empty while somebody waits',
      [
        [0, 0.02],
        [5, 0],
        [10, 0.1],
      ],
      ['STARVATION 0-10'],
    ],
    [
      'empty and nobody waits',
      [
        [0, 0, false],
        [5, 0, false],
        [10, 0.1],
      ],
      [],
    ],
  ])('%s', (_, levels, expected) => {
    expect(findIn(levels)).toEqual(expected);
  });
});

describe('a probability is judged when its hour is over', () => {
  const incident = (onset: number, end: number): Incident => ({
    incidentId: `I${onset}`,
    unitId: 'U1',
    kind: 'OVERFLOW',
    onsetTs: onset * MIN,
    endTs: end * MIN,
    familyId: 'F',
    cause: null,
    causeTs: null,
    remedies: null,
  });
  const judged = (minute: number, probability: number, isNew = false) => {
    const judge = new ProbabilityJudge(400 * MIN);
    judge.addIncident(incident(100, 130));
    judge.state('U1', 'HIGH', { ts: minute * MIN, probability, isNew, atLimit: false });
    judge.settleAll();
    return judge.scores();
  };
  it.each([
    [39, 'no incident within its hour', 1, 0],
    [40, 'the onset at the end of its hour', 1, 1],
    [99, 'the onset next', 1, 1],
    [100, 'inside the incident', 0, null],
    [130, 'at its end', 0, null],
    [131, 'after it', 1, 0],
    [345, 'an hour that the data do not cover', 0, null],
  ])('minute %i: %s', (minute, _, count, observed) => {
    expect(judged(minute, 0.5).all).toMatchObject({ count, base_rate: observed });
  });

  it('NEW rows are judged apart', () => {
    expect(judged(50, 0.5, true).new_rows.count).toBe(1);
    expect(judged(50, 0.5, false).new_rows.count).toBe(0);
  });

  it('what is said of a unit that is full already is judged apart too', () => {
    const judge = new ProbabilityJudge(400 * MIN);
    judge.addIncident(incident(100, 130));
    for (const [minute, atLimit] of [
      [50, true],
      [60, false],
    ] as const)
      judge.state('U1', 'HIGH', { ts: minute * MIN, probability: 0.9, isNew: false, atLimit });
    judge.settleAll();
    expect(judge.scores().at_limit).toMatchObject({ count: 1, base_rate: 1, worst_gap: null });
  });

  it('waits while an incident may still turn out to have begun', () => {
    const judge = new ProbabilityJudge(400 * MIN);
    judge.state('U1', 'HIGH', { ts: 50 * MIN, probability: 0.5, isNew: false, atLimit: false });
    judge.settle('U1', 100 * MIN);
    judge.addIncident(incident(100, 130));
    judge.settle('U1', 131 * MIN);
    expect(judge.scores().all).toMatchObject({ count: 1, base_rate: 1 });
  });
});

it('the Brier score and the reliability of four probabilities', () => {
  const calibration = new Calibration();
  for (const [probability, came] of [
    [0.9, true],
    [0.9, false],
    [0.1, false],
    [1, true],
  ] as const)
    calibration.add(probability, came);
  const scores = calibration.scores();
  expect(scores.brier).toBeCloseTo((0.01 + 0.81 + 0.01 + 0) / 4);
  expect(scores.brier_of_base_rate).toBeCloseTo(0.25);
  expect(scores.reliability[9]).toMatchObject({ count: 3, observed: 2 / 3 });
  expect(scores.reliability[1]).toMatchObject({ count: 1, observed: 0, mean_probability: 0.1 });
});

it('quantiles lie between the values', () => {
  expect([0, 0.5, 1].map((share) => quantile([10, 20, 40, 30], share))).toEqual([10, 25, 40]);
  expect(quantile([], 0.5)).toBeNull();
});

it('more causes make a narrower interval, and the same ones the same', () => {
  const clusters = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ part: i % 4 === 0 ? 0 : 1, whole: 1 }));
  const [low, high] = confidenceOf(clusters(400)) ?? [0, 0];
  expect(low).toBeGreaterThan(0.69);
  expect(high).toBeLessThan(0.81);
  expect(confidenceOf(clusters(400))).toEqual([low, high]);
});
