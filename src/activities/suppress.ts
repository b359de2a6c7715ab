/** Step 3, substep 3: what is said, decided in the warehouse's own long-lived workflow and on its memory. */
import type { DecideInput, DecideResult, Transition } from '../domain/suppress/contract.ts';
import { toClosingInput, toDecideInput } from '../domain/decide-cycle.ts';
import { packUnits } from '../domain/suppress/packed-units.ts';
import type { EvaluateResult } from '../domain/recommendation.ts';
import type { SourceHealth, WarehouseSeries } from '../domain/series.ts';
import { decide, takeOutbox } from '../domain/suppress/decide.ts';
import type { WarehouseMemory } from '../domain/suppress/memory.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { GetArtifact, PutArtifact } from './dependencies.ts';
import type { Interpretation, TraceBody } from './interpret.ts';
import type { KeepMemoryDependencies } from './keep-memory.ts';
import type { ReadSettings } from './settings.ts';
import type { CyclePlan, PlannedWarehouse } from './snapshot.ts';

export interface SuppressInput {
  plan: Omit<CyclePlan, 'warehouses'>;
  warehouse: PlannedWarehouse;
  /** null: the warehouse is being switched off. */
  interpretation: Interpretation | null;
}

export interface SuppressReport {
  result: DecideResult;
  ref: ArtifactRef;
}

/** Body of the `suppress` artifact. */
export interface SuppressBody extends DecideResult {
  warehouse: string;
  /** What a replay would have said; a live cycle's outbox is kept by `warehouse`. */
  outbox: Transition[];
  /** Each source's figures; absent in bodies of older releases, and of a warehouse that is switched off. */
  health?: SourceHealth[];
}

export interface SuppressDependencies extends KeepMemoryDependencies {
  getArtifact: GetArtifact;
  putArtifact: PutArtifact;
  readSettings: ReadSettings;
  /** The whole memory before this cycle, of a workflow that runs; for a replay as it was recorded then. */
  recallMemory(warehouse: string, plan: Omit<CyclePlan, 'warehouses'>): Promise<WarehouseMemory>;
  /** As a live cycle saw them. */
  recordSourceHealth(warehouse: string, cycleId: CycleId, health: readonly SourceHealth[]): Promise<void>;
  /**
   * The `decide` update.
   * @throws ApplicationFailure `StaleRevision`, `InvalidInput`, or a passing failure.
   */
  decide(input: DecideInput, warehouse: string): Promise<DecideResult>;
}

export function createSuppress(deps: SuppressDependencies) {
  return {
    async suppress({ plan, warehouse, interpretation }: SuppressInput): Promise<SuppressReport> {
      const { code } = warehouse;
      const store = (kind: 'memory' | 'suppress', body: WarehouseMemory | SuppressBody, rows: number) =>
        deps.putArtifact({ prefix: plan.prefix, cycleId: plan.cycleId, warehouse: code, kind, body, rows });

      const memory = await deps.recallMemory(code, plan);
      await store('memory', memory, 1);
      const { input, health } = await compose({ plan, warehouse, interpretation }, memory);
      const { result, outbox } =
        plan.mode === 'live' ? await decideLive(input, memory) : replay(memory, input, plan.snapshotMs);
      const body: SuppressBody = { ...result, warehouse: code, outbox, ...(health ? { health } : {}) };
      const ref = await store('suppress', body, result.labels.length);
      if (plan.mode === 'live' && health) await deps.recordSourceHealth(code, plan.cycleId, health);
      return { result, ref };
    },
  };

  /** What is decided is stored before any of it is sent: no workflow that is lost can have said what nobody knows of. */
  async function decideLive(input: DecideInput, before: WarehouseMemory) {
    const { warehouse } = before;
    const result = await deps.decide(input, warehouse);
    // Where it has ended, by this very decision of a warehouse that is switched off: by the same rules.
    await deps.storeMemory((await deps.askMemory(warehouse)) ?? decide(before, input).memory);
    return { result, outbox: [] };
  }

  async function compose(
    { plan, warehouse, interpretation }: SuppressInput,
    memory: WarehouseMemory,
  ): Promise<{ input: DecideInput; health?: SourceHealth[] }> {
    const settings = await deps.readSettings(plan.snapshot, warehouse.code);
    const { cycleId, intervalMinutes } = plan;
    if (interpretation === null)
      return { input: toClosingInput({ cycleId, intervalMinutes, settings, memory }, plan.snapshot.id) };
    const trace = await deps.getArtifact<TraceBody>(interpretation.trace.id);
    const [evaluation, series] = await Promise.all([
      deps.getArtifact<EvaluateResult>(trace.evaluateId),
      deps.getArtifact<WarehouseSeries>(trace.preprocessId),
    ]);
    const input = toDecideInput({
      cycleId,
      intervalMinutes,
      settings,
      memory,
      revision: interpretation.revision,
      traceId: interpretation.trace.id,
      series,
      evaluation,
      resolved: trace,
    });
    const units = packUnits(input.units, input.rules);
    return {
      input: { ...input, units, networkBlind: plan.networkBlind ?? [] },
      // A series of an older release has none.
      ...('health' in series ? { health: series.health } : {}),
    };
  }
}

/** The same rules on the memory of then; nothing of it reaches the live workflow. */
function replay(
  memory: WarehouseMemory,
  input: DecideInput,
  nowMs: number,
): { result: DecideResult; outbox: Transition[] } {
  const decided = decide(memory, { ...input, revision: memory.revision });
  const { outbox } = takeOutbox(decided.memory, { cycleId: input.cycleId, sender: 'replay' }, nowMs);
  return { result: decided.result, outbox };
}
