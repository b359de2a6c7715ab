// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** One cycle of the whole network: snapshot, extract, every warehouse in parallel, report, sync. */
import {
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Activities } from '../activities/activities.ts';
import type { CyclePlan, PlannedWarehouse } from '../activities/snapshot.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import { replayCycleWorkflowId, warehouseCycleWorkflowId } from './names.ts';
import { worstState, type State } from '../domain/vocabulary.ts';
import * as deadlines from './deadlines.ts';
import { clock } from './details.ts';
import { counted } from '../domain/words/amounts.ts';
import { reasonOf } from '../failures/temporal-failures.ts';
import { checkRequest, type CycleRequest } from './requests.ts';
import type { WarehouseCycleResult } from '../activities/await-warehouse-cycle.ts';
import type { warehouseCycle } from './warehouse-cycle.ts';

export interface MonitoringCycleResult {
  cycleId: string;
  mode: CyclePlan['mode'];
  /** `completed`, or `completed, N warehouses failed`. */
  status: string;
  warehouses: number;
  units: number;
  failed: FailedWarehouse[];
  /** Sources that were absent, with why. */
  absent: string[];
  delivered: number;
  undelivered: string[];
  /** Milliseconds from the snapshot to each confirmed message of this cycle. */
  latencyMs: number[];
  notes: string[];
}

export interface FailedWarehouse {
  warehouse: string;
  error: string;
}

type Outcome = { warehouse: string; result: WarehouseCycleResult } | { warehouse: string; error: string };

const { snapshot } = proxyActivities<Activities>(deadlines.SNAPSHOT);
const { extract } = proxyActivities<Activities>(deadlines.EXTRACT);
const { awaitWarehouseCycle } = proxyActivities<Activities>(deadlines.AWAIT_CHILD);
const { reportNetwork } = proxyActivities<Activities>(deadlines.REPORT);
const { sync } = proxyActivities<Activities>(deadlines.SYNC);

export async function monitoringCycle(input?: CycleRequest): Promise<MonitoringCycleResult> {
  const request = checkRequest(input);

  // 0 snapshot: which instant, which warehouses, which rules
  const planned = await snapshot.executeWithOptions(
    { ...deadlines.SNAPSHOT, summary: 'step 0: what is there to watch, and when' },
    [{ request, run: describeRun() }],
  );
  const { warehouses, ...plan } = planned;
  const at = `${plan.mode} cycle ${plan.cycleId}`;
  upsertSearchAttributes({ BufferwatchCycle: [plan.cycleId] });
  setCurrentDetails(`**${at}** step 1: extracting for ${warehouses.length} warehouses`);

  // 1 extract: one batched query per source for the whole network
  const open = warehouses.filter((warehouse) => !warehouse.closing && !warehouse.refused);
  const extraction = await extract.executeWithOptions(
    { ...deadlines.EXTRACT, summary: `step 1: 4 queries for ${open.length} warehouses` },
    [{ cycleId: plan.cycleId, snapshotTs: plan.cycleId, prefix: plan.prefix, warehouses: open }],
  );
  const absent = Object.entries(extraction.sources)
    .filter(([, outcome]) => outcome.status === 'absent')
    .map(([source, outcome]) => `${source}: ${outcome.error}`);
  setCurrentDetails(`**${at}** steps 2-4: ${warehouses.length} warehouses in parallel`);

  // 2-4 per warehouse, in parallel; one that fails holds up nobody
  const outcomes = await Promise.all(
    warehouses.map((each) => watch(each, extraction.extracts[each.code] ?? null)),
  );
  const failed = outcomes.flatMap((each) =>
    'error' in each ? [{ warehouse: each.warehouse, error: each.error }] : [],
  );
  const results = outcomes.flatMap((each) => ('result' in each ? [each.result] : []));

  const notes = plan.note === '' ? [] : [plan.note];
  const result: MonitoringCycleResult = {
    cycleId: plan.cycleId,
    mode: plan.mode,
    status: failed.length === 0 ? 'completed' : `completed, ${failed.length} warehouses failed`,
    warehouses: warehouses.length,
    units: results.reduce((sum, each) => sum + each.units, 0),
    failed,
    absent,
    delivered: results.reduce((sum, each) => sum + each.delivered, 0),
    undelivered: results.flatMap((each) => each.undelivered),
    latencyMs: results.flatMap((each) => each.latencyMs),
    notes,
  };

  // what concerns the network is one alert, not one per warehouse
  await tolerate('network alert', async () => {
    const blind = results.map((each) => ({ warehouse: each.warehouse, sources: each.blind ?? [] }));
    const restored = results.flatMap(({ warehouse, restoredFrom }) =>
      restoredFrom === undefined ? [] : [{ warehouse, from: restoredFrom }],
    );
    const report = await reportNetwork.executeWithOptions(
      { ...deadlines.REPORT, summary: `network: ${result.status}` },
      [{ plan, decided: results.length, failed, absent, blind, restored, undelivered: result.undelivered }],
    );
    notes.push(...report.problems);
  });

  // 5 sync: every artifact to the analytics schema, after delivery
  await tolerate('sync', () =>
    sync.executeWithOptions({ ...deadlines.SYNC, summary: 'step 5: results to the analytics schema' }, [
      { plan, outcome: { ...result } },
    ]),
  );

  upsertSearchAttributes({
    BufferwatchWorstState: [worstState(results.map((each): State => each.worstState))],
    BufferwatchOpenEpisodes: [results.reduce((sum, each) => sum + each.openEpisodes, 0)],
  });
  setCurrentDetails(describeCycle(result, results));
  return result;

  async function watch(warehouse: PlannedWarehouse, ref: ArtifactRef | null): Promise<Outcome> {
    const { code } = warehouse;
    if (warehouse.refused) return { warehouse: code, error: warehouse.refused };
    const workflowId =
      plan.mode === 'live'
        ? warehouseCycleWorkflowId(code, plan.cycleId)
        : replayCycleWorkflowId(code, plan.cycleId, workflowInfo().runId);
    try {
      if (ref === null && !warehouse.closing)
        throw new Error(`${code}: the extraction returned no artifact for it`);
      const watched = await executeChild<typeof warehouseCycle>('warehouseCycle', {
        workflowId,
        args: [{ plan, warehouse, extract: ref }],
        // A cycle that is ended must not take a delivery with it; the child has a timeout of its own.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowExecutionTimeout: deadlines.CHILD_EXECUTION_TIMEOUT,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        searchAttributes: { BufferwatchWarehouse: [code], BufferwatchCycle: [plan.cycleId] },
        staticSummary: `${code} ${warehouse.name}, ${clock(plan.cycleId)}${plan.mode === 'replay' ? ' (replay)' : ''}`,
      });
      return { warehouse: code, result: watched };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError))
        return { warehouse: code, error: reasonOf(error) };
    }
    // The same cycle was started twice: the other run's child does the work, its result is ours too.
    try {
      const awaited = await awaitWarehouseCycle.executeWithOptions(
        { ...deadlines.AWAIT_CHILD, summary: `${code}: already running, waiting for its result` },
        [{ workflowId }],
      );
      return { warehouse: code, result: awaited };
    } catch (error) {
      return { warehouse: code, error: reasonOf(error) };
    }
  }

  async function tolerate(step: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      notes.push(`${step} failed: ${reasonOf(error)}`);
    }
  }
}

function describeRun() {
  const info = workflowInfo();
  const nominal = info.searchAttributes['TemporalScheduledStartTime']?.[0];
  return {
    runId: info.runId,
    nominalMs: nominal instanceof Date ? nominal.getTime() : null,
    startedMs: info.startTime.getTime(),
    firstTaskMs: Date.now(),
    reset: info.runId !== info.firstExecutionRunId,
  };
}

function describeCycle(result: MonitoringCycleResult, results: WarehouseCycleResult[]): string {
  const lines = [
    `**${result.mode} cycle ${result.cycleId}: ${result.status}**`,
    [
      counted(result.warehouses, 'warehouse'),
      counted(result.units, 'unit'),
      ...(result.delivered > 0 ? [counted(result.delivered, 'message')] : []),
      ...(result.undelivered.length > 0 ? [`${result.undelivered.length} undelivered`] : []),
    ].join(', '),
    '',
    ...results
      .filter((each) => each.openEpisodes > 0 || each.delivered > 0)
      .slice(0, 20)
      .map(
        (each) =>
          `- **${each.warehouse}** ${each.worstState}: ${[
            ...(each.openEpisodes > 0 ? [`${each.openEpisodes} open`] : []),
            ...(each.delivered > 0 ? [`${each.delivered} said`] : []),
          ].join(', ')}`,
      ),
    ...result.failed.map((each) => `- **${each.warehouse} failed**: ${each.error}`),
    ...result.absent.map((each) => `- **source absent** ${each}`),
    ...result.notes.map((note) => `- note: ${note}`),
  ];
  return lines.join('\n');
}
