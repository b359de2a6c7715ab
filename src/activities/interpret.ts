/** Step 3, substeps 1 and 2: evaluate every unit, then settle the conflicts; each leaves its artifact. */
import type { InterpretMemory } from '../domain/suppress/contract.ts';
import { evaluate } from '../domain/evaluate/evaluate.ts';
import { lookAroundMin } from '../domain/forecast/forecast.ts';
import { algorithm as parametersOf } from '../domain/algorithm/algorithm.ts';
import { daysBefore } from '../domain/forecast/earlier-days.ts';
import { levelsToKeep, marksBack, pastAt, type LevelsAt, type ReadPast } from '../domain/forecast/past.ts';
import type { EvaluateResult, ResolveResult } from '../domain/recommendation.ts';
import { calendarOf, type WarehouseSettings } from '../domain/registry.ts';
import { resolve } from '../domain/resolve/resolve.ts';
import type { WarehouseSeries } from '../domain/series.ts';
import { isActionable, worstState } from '../domain/vocabulary.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { GetArtifact, PutArtifact } from './dependencies.ts';
import type { ReadSettings } from './settings.ts';
import type { CyclePlan, PlannedWarehouse } from './snapshot.ts';
import { counted } from '../domain/words/amounts.ts';

export interface InterpretInput {
  plan: Omit<CyclePlan, 'warehouses'>;
  warehouse: PlannedWarehouse;
  series: ArtifactRef;
}

export interface Interpretation {
  /** Artifact with the whole trace: its body names the artifacts of the steps before it. */
  trace: ArtifactRef;
  /** Revision of the memory that was read; deciding with another one is refused. */
  revision: number;
  /** One line for the Temporal UI. */
  headline: string;
}

/** Body of the `resolve` artifact: the end of a decision's trail, from which every earlier step is found. */
export interface TraceBody extends ResolveResult {
  evaluateId: string;
  preprocessId: string;
  algorithm: string;
}

export interface InterpretDependencies {
  getArtifact: GetArtifact;
  putArtifact: PutArtifact;
  readSettings: ReadSettings;
  readMemory(warehouse: string, plan: Omit<CyclePlan, 'warehouses'>): Promise<InterpretMemory>;
  /** Levels of the live cycles at those of the marks (epoch ms) that are known. */
  readLevels(warehouse: string, marks: readonly number[]): Promise<LevelsAt[]>;
  /** Keeps what this cycle saw first. */
  recordLevels(warehouse: string, levels: LevelsAt): Promise<void>;
}

export function createInterpret(deps: InterpretDependencies) {
  return {
    async interpret({ plan, warehouse, series: ref }: InterpretInput): Promise<Interpretation> {
      const [series, settings, memory] = await Promise.all([
        deps.getArtifact<WarehouseSeries>(ref.id),
        deps.readSettings(plan.snapshot, warehouse.code),
        deps.readMemory(warehouse.code, plan),
      ]);
      const { algorithm } = settings.warehouse;
      const store = (kind: 'evaluate' | 'resolve', body: EvaluateResult | TraceBody, rows: number) =>
        deps.putArtifact({
          prefix: plan.prefix,
          cycleId: plan.cycleId,
          warehouse: warehouse.code,
          kind,
          body,
          rows,
        });

      const past = await lookBack(settings, plan.snapshotMs);
      const evaluation = evaluate({ series, memory, settings, cycleId: plan.cycleId, algorithm, past });
      const seen = levelsToKeep(plan.snapshotMs, evaluation.units);
      if (seen !== null && plan.mode === 'live') await deps.recordLevels(warehouse.code, seen);
      const evaluated = await store('evaluate', evaluation, evaluation.units.length);

      const resolved = resolve({ evaluation, series, memory, algorithm });
      const trace = await store(
        'resolve',
        { ...resolved, evaluateId: evaluated.id, preprocessId: ref.id, algorithm },
        resolved.recommendations.length,
      );
      const due = resolved.recommendations.filter((each) => isActionable(each.severity));
      return {
        trace,
        revision: memory.revision,
        headline: [
          `${counted(evaluation.units.length, 'unit')}, worst ${worstState(evaluation.units.map((unit) => unit.state))}`,
          ...(due.length > 0 ? [`${due.length} ${due.length === 1 ? 'needs' : 'need'} action`] : []),
        ].join(', '),
      };
    },
  };

  async function lookBack(settings: WarehouseSettings, ts: number): Promise<ReadPast> {
    const { code, algorithm } = settings.warehouse;
    const { forecast } = parametersOf(algorithm);
    const days = daysBefore(ts, calendarOf(settings));
    const marks = marksBack(days, lookAroundMin(forecast), forecast.hour.horizonMin);
    return pastAt(days, await deps.readLevels(code, marks));
  }
}
