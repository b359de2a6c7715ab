/** Finds in the artifacts of a decision what its transition does not carry itself. */
import type { Transition } from '../domain/suppress/contract.ts';
import type { EvaluateResult, ResolveResult } from '../domain/recommendation.ts';
import type { WarehouseSeries } from '../domain/series.ts';
import type { TransitionDetail } from './render-episode.ts';
import { sourceOf } from '../domain/units.ts';
import { isWarehouse } from '../domain/words/places.ts';

/** The trace of a decision names the evaluation and the series that it rests on. */
type Trace = ResolveResult & { evaluateId?: string; preprocessId?: string };

/**
 * Reads each artifact once. One that is gone or can't be read costs the message its figures, never the message:
 * the transition alone says what to do.
 */
export function createDetailReader(
  read: <T>(id: string) => Promise<T>,
): (transition: Transition) => Promise<TransitionDetail> {
  const traces = new Map<string, Promise<Partial<Trace>>>();
  const evaluations = new Map<string, Promise<Partial<EvaluateResult>>>();
  const series = new Map<string, Promise<Partial<WarehouseSeries>>>();
  return async (transition) => {
    const trace = await readOnce<Trace>(traces, transition.traceId);
    const evaluation =
      trace.evaluateId === undefined ? {} : await readOnce<EvaluateResult>(evaluations, trace.evaluateId);
    const recommendation = trace.recommendations?.find(
      (each) => each.unitId === transition.unitId && each.direction === transition.direction,
    );
    const unit = evaluation.units?.find((each) => each.unitId === transition.unitId);
    const source = sourceOf(transition.unitId);
    const { blind, health } =
      (isWarehouse(transition) || source !== null) && trace.preprocessId !== undefined
        ? await readOnce<WarehouseSeries>(series, trace.preprocessId)
        : {};
    return {
      ...(blind && source === null ? { blind } : {}),
      ...(health ? { health: health.filter((each) => source === null || each.source === source) } : {}),
      ...(recommendation ? { recommendation } : {}),
      ...(unit ? { evaluation: unit } : {}),
    };
  };

  function readOnce<T>(seen: Map<string, Promise<Partial<T>>>, id: string): Promise<Partial<T>> {
    const known = seen.get(id) ?? read<Partial<T>>(id).catch(() => ({}));
    seen.set(id, known);
    return known;
  }
}
