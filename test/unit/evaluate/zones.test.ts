import { describe, expect, it } from 'vitest';
import { startTrace } from '../../../src/domain/trace.ts';
import {
  ALGORITHMS,
  DEFAULT_ALGORITHM,
  algorithm,
  withSensitivity,
} from '../../../src/domain/algorithm/algorithm.ts';
import type { HighZone, LowZone } from '../../../src/domain/vocabulary.ts';
import {
  coverFactor,
  highSeverity,
  highZone,
  lowSeverity,
  lowZone,
  type LowFigures,
} from '../../../src/domain/evaluate/zones.ts';

const t = algorithm(DEFAULT_ALGORITHM).zones;
const never = Infinity;

describe('the high zone', () => {
  const forecast = (probability: number, fill: number, previous: HighZone, told = true): HighZone =>
    highZone({ fill, probability, told }, previous, t, startTrace().ask);

  it.each<[number, number, HighZone, HighZone]>([
    [0, 0.6699, 'OK', 'OK'],
    [0, 0.67, 'OK', 'WATCH_HIGH'],
    [0, 0.6001, 'WATCH_HIGH', 'WATCH_HIGH'],
    [0, 0.6, 'WATCH_HIGH', 'OK'],
    [0.249, 0.9, 'OK', 'WATCH_HIGH'],
    [0.25, 0.9, 'OK', 'OVERFLOW_RISK'],
    [0.25, 0.3, 'OK', 'OVERFLOW_RISK'],
    [0, 0.9799, 'OK', 'WATCH_HIGH'],
    [0, 0.98, 'OK', 'OVERFLOW'],
    // What only came near is over below 0.65...
    [0.125, 0.65, 'OVERFLOW_RISK', 'WATCH_HIGH'],
    [0.125, 0.651, 'OVERFLOW_RISK', 'OVERFLOW_RISK'],
    [0.126, 0.65, 'OVERFLOW_RISK', 'OVERFLOW_RISK'],
    // ...and what was full below 0.85.
    [0.125, 0.851, 'OVERFLOW', 'OVERFLOW'],
    [0.125, 0.85, 'OVERFLOW', 'WATCH_HIGH'],
    [0.126, 0.85, 'OVERFLOW', 'OVERFLOW_RISK'],
  ])('%d at fill %d after %s: %s', (probability, fill, previous, expected) => {
    expect(forecast(probability, fill, previous)).toBe(expected);
  });

  it('until people were told, it has to be as likely as at first', () => {
    expect(forecast(0.249, 0.9, 'OVERFLOW_RISK', false)).toBe('WATCH_HIGH');
    expect(forecast(0.25, 0.9, 'OVERFLOW_RISK', false)).toBe('OVERFLOW_RISK');
  });

  it('until people were told, what was full is over with the fullness', () => {
    expect(forecast(0.05, 0.95, 'OVERFLOW', false)).toBe('WATCH_HIGH');
    expect(forecast(0.25, 0.95, 'OVERFLOW', false)).toBe('OVERFLOW_RISK');
    expect(forecast(0, 0.98, 'OVERFLOW', false)).toBe('OVERFLOW');
  });
});

describe('low zones by cover, where no inflow is known', () => {
  const calm: LowFigures = {
    fill: 0.5,
    coverMin: 100,
    ttsMin: never,
    coverFactor: 1,
    wanted: true,
    probability: null,
    countersSilent: false,
    told: false,
  };
  it.each<[previous: LowZone, now: Partial<LowFigures>, expected: LowZone]>([
    ['OK', { fill: 0.3301 }, 'OK'],
    ['OK', { fill: 0.33 }, 'WATCH_LOW'],
    ['WATCH_LOW', { fill: 0.3999 }, 'WATCH_LOW'],
    ['WATCH_LOW', { fill: 0.4 }, 'OK'],
    ['OK', { coverMin: 10 }, 'OK'],
    ['OK', { coverMin: 9.99 }, 'STARVE_RISK'],
    ['OK', { fill: 0.5, ttsMin: 15 }, 'STARVE_RISK'],
    ['OK', { fill: 0.33, ttsMin: 15.01 }, 'WATCH_LOW'],
    ['OK', { fill: 0.5001, ttsMin: 15 }, 'OK'],
    ['STARVE_RISK', { coverMin: 15 }, 'STARVE_RISK'],
    ['STARVE_RISK', { coverMin: 15.01 }, 'OK'],
    ['STARVE_RISK', { coverMin: null, fill: 0.39 }, 'STARVE_RISK'],
    ['STARVE_RISK', { coverMin: null, fill: 0.4 }, 'OK'],
    ['OK', { coverMin: 2 }, 'STARVE_RISK'],
    ['OK', { coverMin: 1.99 }, 'STARVED'],
    ['STARVED', { coverMin: 5 }, 'STARVED'],
    ['STARVED', { coverMin: 5.01 }, 'STARVE_RISK'],
    // The feeds that tell of the cover are gone; the level is not.
    ['STARVED', { coverMin: null, fill: 0.39 }, 'STARVED'],
    ['STARVED', { coverMin: null, fill: 0.4 }, 'OK'],
    ['STARVED', { coverMin: null, fill: null }, 'STARVED'],
    ['STARVED', { coverMin: null, fill: 0.39, wanted: null }, 'STARVED'],
    ['OK', { coverMin: 1, wanted: false, fill: 0.1 }, 'WATCH_LOW'],
    ['OK', { coverMin: 6, fill: 0.2, ttsMin: 6, countersSilent: true }, 'WATCH_LOW'],
    ['OK', { coverMin: 1, fill: 0.01, countersSilent: true }, 'STARVED'],
    ['STARVE_RISK', { coverMin: 6, fill: 0.2, countersSilent: true }, 'STARVE_RISK'],
    ['OK', { coverMin: 1, wanted: null, fill: 0.1 }, 'WATCH_LOW'],
    ['STARVED', { coverMin: 1, wanted: null, fill: 0.1 }, 'STARVED'],
    ['STARVED', { coverMin: 1, wanted: false, fill: 0.1 }, 'WATCH_LOW'],
    ['OK', { coverMin: 2.99, coverFactor: 0.3 }, 'STARVE_RISK'],
    ['OK', { coverMin: 3, coverFactor: 0.3 }, 'OK'],
    ['STARVE_RISK', { coverMin: 4.6, coverFactor: 0.3 }, 'OK'],
  ])('from %s with %o: %s', (previous, now, expected) => {
    expect(lowZone({ ...calm, ...now }, previous, t, startTrace().ask)).toBe(expected);
  });

  it.each([
    [100, 1, 1],
    [100, 3, 1],
    [100, 10, 0.3],
    [null, 10, 1],
    [100, null, 1],
    [100, 0, 1],
  ])('cover limits of capacity %s drawn at %s are multiplied by %d', (capacity, draw, expected) => {
    expect(coverFactor(capacity, draw, t)).toBeCloseTo(expected, 9);
  });
});

describe('severity', () => {
  it.each<[HighZone, number | null, string]>([
    ['OK', 1, 'NONE'],
    ['WATCH_HIGH', 1, 'WATCH'],
    ['OVERFLOW_RISK', 10.01, 'WARNING'],
    ['OVERFLOW_RISK', 10, 'CRITICAL'],
    ['OVERFLOW_RISK', null, 'WARNING'],
    ['OVERFLOW', null, 'CRITICAL'],
  ])('%s with %s min to overflow is %s', (zone, tto, expected) => {
    expect(highSeverity(zone, tto, t)).toBe(expected);
  });
  it.each<[LowZone, number | null, string]>([
    ['OK', 1, 'NONE'],
    ['WATCH_LOW', 1, 'WATCH'],
    ['STARVE_RISK', 10.01, 'WARNING'],
    ['STARVE_RISK', 10, 'CRITICAL'],
    ['STARVED', null, 'CRITICAL'],
  ])('%s with %s min to starvation is %s', (zone, tts, expected) => {
    expect(lowSeverity(zone, tts, t)).toBe(expected);
  });
});

describe('the low zone where the inflow is known goes by the probability', () => {
  const likely: LowFigures = {
    ...{ fill: 0.2, coverMin: 12, ttsMin: never, coverFactor: 1, wanted: true },
    ...{ probability: 0.22, countersSilent: false, told: false },
  };
  const zone = (change: Partial<LowFigures>, previous: LowZone = 'OK'): LowZone =>
    lowZone({ ...likely, ...change }, previous, t, startTrace().ask);

  it.each<[string, Partial<LowFigures>, LowZone]>([
    ['likely', {}, 'STARVE_RISK'],
    ['not likely', { probability: 0.219 }, 'WATCH_LOW'],
    ['lean, yet not likely', { fill: 0.01, coverMin: 0.5, ttsMin: 1, probability: 0.1 }, 'WATCH_LOW'],
    ['half full', { fill: 0.5 }, 'OK'],
    ['just below', { fill: 0.499 }, 'STARVE_RISK'],
    ['nobody needs it', { wanted: false }, 'WATCH_LOW'],
    ['nobody knows whether it is needed', { wanted: null }, 'WATCH_LOW'],
    ['two minutes of cover are left', { coverMin: 1.9 }, 'STARVED'],
    ['two minutes and a bit', { coverMin: 2 }, 'STARVE_RISK'],
    ['two minutes of a small buffer', { coverMin: 0.61, coverFactor: 0.3 }, 'STARVE_RISK'],
  ])('%s: %s', (_, change, expected) => {
    expect(zone(change)).toBe(expected);
  });

  it.each<[string, Partial<LowFigures>, LowZone]>([
    ['about a quarter as likely still', { told: true, probability: 0.061 }, 'STARVE_RISK'],
    ['less', { told: true, probability: 0.06 }, 'WATCH_LOW'],
    ['about a quarter as likely, and nobody was told', { told: false, probability: 0.061 }, 'WATCH_LOW'],
    ['nobody knows any more whether it is needed', { told: true, wanted: null }, 'STARVE_RISK'],
    ['nobody needs it any more', { told: true, wanted: false }, 'WATCH_LOW'],
  ])('from STARVE_RISK, %s: %s', (_, change, expected) => {
    expect(zone(change, 'STARVE_RISK')).toBe(expected);
  });
});

describe('sensitivity', () => {
  const version = algorithm(DEFAULT_ALGORITHM);

  it('is the probability that is missing to one, and the exit half of it', () => {
    const { zones } = withSensitivity(version, 0.7);
    expect(zones.overflowRiskProbability).toBeCloseTo(0.3);
    expect(zones.overflowRiskProbabilityExit).toBeCloseTo(0.15);
    expect(version.zones.overflowRiskProbability).toBe(0.25);
  });

  it.each([0, 1, -0.5, Number.NaN])('%d is refused', (sensitivity) => {
    expect(() => withSensitivity(version, sensitivity)).toThrow(
      `sensitivity is ${sensitivity}: expected a number above 0 and below 1`,
    );
  });
});

describe('algorithm versions', () => {
  it('are found by name', () => {
    expect(algorithm(DEFAULT_ALGORITHM)).toBe(ALGORITHMS[DEFAULT_ALGORITHM]);
  });
  it.each(['0.9.0', '', 'constructor'])('refuse %j and name the known ones', (version) => {
    expect(() => algorithm(version)).toThrow(
      `algorithm "${version}" is unknown: expected one of ${Object.keys(ALGORITHMS).join(', ')}; set`,
    );
  });
});

describe('what was asked on the way, so that the zone can be disputed', () => {
  const asked = (of: (ask: ReturnType<typeof startTrace>['ask']) => unknown): string[] => {
    const trace = startTrace();
    of(trace.ask);
    return trace.tests.map(
      ({ name, operator, threshold, passed }) => `${name} ${operator} ${threshold}: ${passed}`,
    );
  };
  const high = (previous: HighZone, fill: number | null, probability = 0) =>
    asked((ask) => highZone({ fill, probability, told: true }, previous, t, ask));
  const risk = 'probability to be full soon';

  it.each<[string, () => string[], string[]]>([
    ['calm', () => high('OK', 0.5), ['fill >= 0.98: false', `${risk} >= 0.25: false`, 'fill >= 0.67: false']],
    ['full', () => high('OK', 0.98), ['fill >= 0.98: true']],
    [
      'full before',
      () => high('OVERFLOW', 0.9),
      ['fill >= 0.98: false', 'fill, to leave OVERFLOW <= 0.85: false'],
    ],
    [
      'on the way back from full',
      () => high('OVERFLOW', 0.7),
      [
        ...['fill >= 0.98: false', 'fill, to leave OVERFLOW <= 0.85: true', `${risk} >= 0.25: false`],
        ...[`${risk}, to leave OVERFLOW_RISK <= 0.125: true`, 'fill, to leave OVERFLOW_RISK <= 0.85: true'],
        'fill >= 0.67: true',
      ],
    ],
    [
      'watched',
      () => high('WATCH_HIGH', 0.65),
      [
        ...['fill >= 0.98: false', `${risk} >= 0.25: false`, 'fill >= 0.67: false'],
        'fill, to leave WATCH_HIGH <= 0.6: false',
      ],
    ],
    [
      'at risk before',
      () => high('OVERFLOW_RISK', 0.65, 0.05),
      [
        ...['fill >= 0.98: false', `${risk} >= 0.25: false`],
        ...[`${risk}, to leave OVERFLOW_RISK <= 0.125: true`, 'fill, to leave OVERFLOW_RISK <= 0.65: true'],
        ...['fill >= 0.67: false', 'fill, to leave WATCH_HIGH <= 0.6: false'],
      ],
    ],
  ])('high, %s', (_name, found, expected) => {
    expect(found()).toEqual(expected);
  });

  const calm: LowFigures = {
    fill: 0.35,
    coverMin: 100,
    ttsMin: never,
    coverFactor: 1,
    wanted: true,
    probability: null,
    countersSilent: false,
    told: false,
  };
  const low = (previous: LowZone, now: Partial<LowFigures>) =>
    asked((ask) => lowZone({ ...calm, ...now }, previous, t, ask));

  it.each<[string, () => string[], string[]]>([
    [
      'low, but not at risk',
      () => low('OK', { fill: 0.33 }),
      [
        ...['minutes of cover < 2: false', 'minutes of cover < 10: false', 'fill <= 0.5: true'],
        ...['minutes to starvation <= 15: false', 'fill <= 0.33: true'],
      ],
    ],
    [
      'starved before',
      () => low('STARVED', { coverMin: 12 }),
      [
        ...['minutes of cover < 2: false', 'minutes of cover, to leave STARVED > 5: true'],
        ...['minutes of cover < 10: false', 'fill <= 0.5: true', 'minutes to starvation <= 15: false'],
        'minutes of cover, to leave STARVE_RISK > 15: false',
      ],
    ],
    [
      'starved before, cover unknown',
      () => low('STARVED', { coverMin: null, fill: 0.45 }),
      [
        ...['minutes of cover < 2: false', 'fill, to leave STARVED without a known cover >= 0.4: true'],
        ...['minutes of cover < 10: false', 'fill <= 0.5: true', 'minutes to starvation <= 15: false'],
        'fill, to leave STARVE_RISK without a known cover >= 0.4: true',
        ...['fill <= 0.33: false', 'fill, to leave WATCH_LOW >= 0.4: true'],
      ],
    ],
    [
      'limits of a small buffer',
      () => low('OK', { coverFactor: 0.3, coverMin: 0.5 }),
      ['minutes of cover < 0.6: true'],
    ],
    [
      'nobody needs it',
      () => low('STARVED', { wanted: false, coverMin: 0 }),
      ['fill <= 0.33: false', 'fill, to leave WATCH_LOW >= 0.4: false'],
    ],
  ])('low, %s', (_name, found, expected) => {
    expect(found()).toEqual(expected);
  });
});

describe('what is unknown is no way out, and no way in', () => {
  it.each<[HighZone]>([['OK'], ['WATCH_HIGH'], ['OVERFLOW_RISK'], ['OVERFLOW']])(
    'fill unknown, %s',
    (zone) => {
      expect(highZone({ fill: null, probability: 0.05, told: true }, zone, t, startTrace().ask)).toBe(zone);
    },
  );

  it.each<[LowZone]>([['OK'], ['WATCH_LOW'], ['STARVE_RISK'], ['STARVED']])('nothing known, %s', (zone) => {
    const unknown: LowFigures = {
      fill: null,
      coverMin: null,
      ttsMin: null,
      coverFactor: 1,
      wanted: true,
      probability: null,
      countersSilent: false,
      told: false,
    };
    expect(lowZone(unknown, zone, t, startTrace().ask)).toBe(zone);
  });
});
