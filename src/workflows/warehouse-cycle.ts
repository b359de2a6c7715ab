// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** `warehouse-cycle/{code}/{cycleId}`: steps 2 to 4 of one warehouse in one cycle, top to bottom. */
import { proxyActivities, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type { WarehouseCycleResult } from '../activities/await-warehouse-cycle.ts';
import type { CyclePlan, PlannedWarehouse } from '../activities/snapshot.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { DecideResult } from '../domain/suppress/contract.ts';
import { COMPUTE, DELIVER, MAX_INTERPRETATIONS, SUPPRESS } from './deadlines.ts';
import { clock, describeDecision, describeSaying } from './details.ts';
import { FAILURE } from '../failures/failures.ts';
import { isFailure, reasonOf } from '../failures/temporal-failures.ts';

export interface WarehouseCycleInput {
  plan: Omit<CyclePlan, 'warehouses'>;
  warehouse: PlannedWarehouse;
  /** null where the warehouse is being switched off: nothing is read of it any more. */
  extract: ArtifactRef | null;
}

const { preprocess, interpret } = proxyActivities<Activities>(COMPUTE);
const { suppress } = proxyActivities<Activities>(SUPPRESS);
const { deliver } = proxyActivities<Activities>(DELIVER);

export async function warehouseCycle(input: WarehouseCycleInput): Promise<WarehouseCycleResult> {
  const { plan, warehouse, extract } = input;
  const { code } = warehouse;
  const at = `${code} ${clock(plan.cycleId)}`;

  // 2 preprocess: raw rows -> one timeseries per operational unit
  setCurrentDetails(`**${at}** step 2: making timeseries`);
  const series =
    extract === null
      ? null
      : await preprocess.executeWithOptions(
          { ...COMPUTE, summary: `step 2: ${extract.rows} rows of ${code} to timeseries` },
          [{ plan, warehouse, extract }],
        );

  // 3 interpret (evaluate, resolve), then suppress in `warehouse`; again where its memory moved on meanwhile
  setCurrentDetails(`**${at}** step 3: deciding for ${series?.units ?? 0} units`);
  const decided = await decideTogether();
  setCurrentDetails(describeDecision(code, decided.result));
  upsertSearchAttributes({
    BufferwatchWorstState: [decided.result.worstState],
    BufferwatchOpenEpisodes: [decided.result.openEpisodes],
  });

  // 4 deliver: only where there is something to say
  const delivery = await deliverWhatIsDue();
  return {
    warehouse: code,
    status: decided.result.status,
    worstState: decided.result.worstState,
    openEpisodes: decided.result.openEpisodes,
    units: series?.units ?? 0,
    blind: series?.blind ?? [],
    ...(decided.result.restoredFrom === undefined ? {} : { restoredFrom: decided.result.restoredFrom }),
    labels: countLabels(decided.result),
    ...delivery,
  };

  async function decideTogether() {
    for (let round = 1; ; round += 1) {
      const interpretation =
        series === null
          ? null
          : await interpret.executeWithOptions(
              { ...COMPUTE, summary: `step 3: evaluate and resolve ${series.units} units of ${code}` },
              [{ plan, warehouse, series: series.ref }],
            );
      try {
        return await suppress.executeWithOptions(
          { ...SUPPRESS, summary: `step 3: ${interpretation?.headline ?? 'close every episode'}` },
          [{ plan, warehouse, interpretation }],
        );
      } catch (error) {
        if (round < MAX_INTERPRETATIONS && isFailure(error, FAILURE.StaleRevision)) continue;
        throw error;
      }
    }
  }

  async function deliverWhatIsDue(): Promise<
    Pick<WarehouseCycleResult, 'delivered' | 'undelivered' | 'latencyMs'>
  > {
    const { result, ref } = decided;
    const lost = result.unrouted.map(
      (unitId) =>
        `${unitId}: no route; INSERT INTO alert_route (warehouse, channel) VALUES ('${code}', '#...')`,
    );
    const board = plan.environment === 'dev' && series !== null;
    if (!plan.deliver || (result.pending === 0 && !board))
      return { delivered: 0, undelivered: lost, latencyMs: [] };
    try {
      const report = await deliver.executeWithOptions(
        { ...DELIVER, summary: `step 4: ${describeSaying(result)}` },
        [
          {
            warehouse,
            cycleId: plan.cycleId,
            snapshotTs: plan.snapshotMs,
            prefix: plan.prefix,
            environment: plan.environment,
            mode: plan.mode,
            traceId: result.traceId,
            snapshot: plan.snapshot,
            asked: result.asked,
            suppressId: ref.id,
          },
        ],
      );
      const failed = report.failed.map(
        ({ episodeId, channel, error }) => `${episodeId} ${channel}: ${error}`,
      );
      return {
        delivered: report.delivered,
        undelivered: [...lost, ...failed],
        latencyMs: report.latencyMs,
      };
    } catch (error) {
      // The outbox keeps what was not confirmed: the next cycle sends it. The cycle itself did its work.
      return { delivered: 0, undelivered: [...lost, `${code}: ${reasonOf(error)}`], latencyMs: [] };
    }
  }
}

function countLabels(result: DecideResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { label } of result.labels) counts[label ?? 'WATCH'] = (counts[label ?? 'WATCH'] ?? 0) + 1;
  return counts;
}
