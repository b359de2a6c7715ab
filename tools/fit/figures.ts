/** The figures that the weights of a version multiply, as the program finds them; each model has its own. */
import type { AlgorithmParameters } from '../../src/domain/algorithm/schema.ts';
import type { UnitSituation } from '../../src/domain/evaluate/unit-situation.ts';
import { shrunkLogOdds } from '../../src/domain/forecast/forecast.ts';
import { levelLogOdds } from '../../src/domain/forecast/overflow-by-flows.ts';

export const HORIZONS = ['near', 'hour'] as const;
export type Horizon = (typeof HORIZONS)[number];

type ForecastParameters = AlgorithmParameters['forecast'];

export interface Model {
  name: 'level' | 'flows' | 'starvation';
  kind: 'OVERFLOW' | 'STARVATION';
  /** By their names in the version. */
  figures: readonly string[];
  /** In the same order; null where the model does not speak of this unit, or is not asked. */
  figuresOf: (self: UnitSituation, horizon: Horizon, p: ForecastParameters) => number[] | null;
  weightsOf: (p: ForecastParameters, horizon: Horizon) => Record<string, number>;
}

const LEVEL: Model = {
  name: 'level',
  kind: 'OVERFLOW',
  figures: ['alikeGotFull', 'roseEnough', 'stepsBeyond', 'fill', 'recentlyFull'],
  figuresOf: ({ forecast }, horizon, p) => {
    if (forecast === null || forecast.room <= 0) return null;
    const { alikeGotFull, roseEnough, stepsBeyond, fill } = forecast[horizon];
    return [
      shrunkLogOdds(alikeGotFull.moments, alikeGotFull.of, p),
      shrunkLogOdds(roseEnough.days, roseEnough.of, p),
      stepsBeyond,
      fill,
      forecast.recentlyFull ? 1 : 0,
    ];
  },
  weightsOf: (p, horizon) => p[horizon],
};

const FLOWS: Model = {
  name: 'flows',
  kind: 'OVERFLOW',
  figures: ['level', 'stuckShare', 'slopeReach'],
  figuresOf: ({ forecast, byFlows }, horizon, p) => {
    if (forecast === null || byFlows === null || forecast.room <= 0) return null;
    return [levelLogOdds(forecast[horizon].probability, p.flows), byFlows.stuckShare, byFlows.slopeReach];
  },
  weightsOf: (p, horizon) => p.flows[horizon],
};

/** A total with lanes goes by its lanes: its own figures decide nothing. */
const STARVATION: Model = {
  name: 'starvation',
  kind: 'STARVATION',
  figures: ['cover', 'lineShortfall', 'ownShortfall'],
  figuresOf: ({ unit, demand, starvation }) => {
    if (starvation === null || !starvation.attended || demand.wanted !== true) return null;
    if (unit.unitType === 'TOTAL') return null;
    const { coverMin, lineShortfall, ownShortfall } = starvation;
    return [Math.log1p(coverMin), lineShortfall, ownShortfall];
  },
  weightsOf: (p, horizon) => p.starvation[horizon],
};

export const MODELS: readonly Model[] = [LEVEL, FLOWS, STARVATION];
