/** Step 5: results of completed cycles go to the analytics schema, older ones that were left behind too. */
import { toAlertRows } from '../domain/alert-row.ts';
import { PAST_DAYS } from '../domain/forecast/earlier-days.ts';
import type { Environment } from '../domain/vocabulary.ts';
import type { DeliveryRow, RecommendationRow, SourceHealthRow } from '../store/analytics.ts';
import type { ArtifactFilter, ArtifactListing } from '../store/artifact.ts';
import type { CycleKey, CycleRecord } from '../store/cycle.ts';
import type { Delivered } from '../store/delivery-ledger.ts';
import type { GetArtifact } from './dependencies.ts';
import type { TraceBody } from './interpret.ts';
import type { CyclePlan } from './snapshot.ts';
import type { SuppressBody } from './suppress.ts';

export interface SyncInput {
  plan: Omit<CyclePlan, 'warehouses'>;
  /** Recorded as the cycle's outcome. */
  outcome: Record<string, unknown>;
}

export interface SyncDependencies {
  environment: Environment;
  retentionDays: number;
  getArtifact: GetArtifact;
  listArtifacts(filter: ArtifactFilter): Promise<ArtifactListing[]>;
  purgeArtifacts(beforeDay: string): Promise<string[]>;
  /** Levels that no forecast looks back on any more. */
  purgeLevels(before: Date): Promise<void>;
  recordCycleCompleted(
    cycle: CycleKey & { completedAt: Date; outcome: Record<string, unknown> },
  ): Promise<void>;
  recordCycleSynced(cycle: CycleKey & { completedAt: number; syncedAt: Date }): Promise<void>;
  listUnsyncedCycles(limit: number): Promise<CycleRecord[]>;
  upsertCycle(cycle: CycleRecord): Promise<void>;
  upsertRecommendations(rows: RecommendationRow[]): Promise<void>;
  upsertSourceHealth(rows: SourceHealthRow[]): Promise<void>;
  /** Confirmed and not in analytics yet, oldest first. */
  listUnsyncedDeliveries(limit: number): Promise<Delivered[]>;
  upsertDeliveries(rows: DeliveryRow[]): Promise<void>;
  recordDeliveriesSynced(synced: Delivered[]): Promise<void>;
  purgeLedger(before: Date): Promise<void>;
  heartbeat(): void;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** What a forecast looks back on, and a day of room for replays. */
const LEVEL_DAYS = PAST_DAYS + 2;
/** This cycle and an hour's worth of older ones: an outage of a day is caught up in two hours, within the bound. */
const CYCLES_AT_ONCE = 13;

/** An outage's worth of confirmations; what is more comes with the next cycle. */
const DELIVERIES_AT_ONCE = 20_000;

/** More than a network's worth of one kind in one cycle. */
const MOST_ARTIFACTS = 5_000;

export function createSync(deps: SyncDependencies) {
  return {
    /** @returns how many cycles analytics has got now */
    async sync({
      plan,
      outcome,
    }: SyncInput): Promise<{ cycles: number; recommendations: number; deliveries: number }> {
      await deps.recordCycleCompleted({
        prefix: plan.prefix,
        cycleId: plan.cycleId,
        completedAt: new Date(deps.now()),
        outcome,
      });
      const total = { cycles: 0, recommendations: 0, deliveries: 0 };
      for (const cycle of await deps.listUnsyncedCycles(CYCLES_AT_ONCE)) {
        deps.heartbeat();
        const suppressions = await readSuppressions(cycle);
        const recommendations = await readRecommendations(cycle, suppressions);
        await deps.upsertRecommendations(recommendations);
        await deps.upsertSourceHealth(healthRows(cycle, suppressions));
        await deps.upsertCycle(cycle);
        await deps.recordCycleSynced({
          ...cycle,
          completedAt: cycle.completedAt ?? 0,
          syncedAt: new Date(deps.now()),
        });
        total.cycles += 1;
        total.recommendations += recommendations.length;
      }
      total.deliveries = await syncDeliveries();
      const keepFrom = new Date(deps.now() - deps.retentionDays * 86_400_000);
      await deps.purgeArtifacts(keepFrom.toISOString().slice(0, 10));
      await deps.purgeLedger(keepFrom);
      // By cycle time, as they are looked back on: a cycle of another day than today's must find them.
      await deps.purgeLevels(new Date(plan.snapshotMs - LEVEL_DAYS * 86_400_000));
      return total;
    },
  };

  function healthRows(cycle: CycleRecord, suppressions: readonly SuppressBody[]): SourceHealthRow[] {
    const rows = suppressions.flatMap(({ warehouse, health = [] }) =>
      health.map((each) => ({
        ...each,
        environment: deps.environment,
        prefix: cycle.prefix,
        cycleTs: cycle.cycleId,
        warehouse,
      })),
    );
    // Of a step that ran twice the later result counts, and one statement can't write a row twice.
    return [...new Map(rows.map((row) => [`${row.warehouse} ${row.source}`, row])).values()];
  }

  async function readRecommendations(
    cycle: CycleRecord,
    suppressions: readonly SuppressBody[],
  ): Promise<RecommendationRow[]> {
    const rows = new Map<string, RecommendationRow>();
    for (const body of suppressions) {
      deps.heartbeat();
      const trace = body.traceId.includes('/resolve/')
        ? await deps.getArtifact<TraceBody>(body.traceId)
        : null;
      const found = toAlertRows({
        cycleId: cycle.cycleId,
        algorithm: trace?.algorithm ?? '',
        labels: body.labels,
        recommendations: trace?.recommendations ?? [],
      });
      for (const row of found) {
        rows.set(`${row.unitId} ${row.direction}`, {
          ...row,
          environment: deps.environment,
          prefix: cycle.prefix,
          warehouse: body.warehouse,
        });
      }
    }
    return [...rows.values()];
  }

  /** By the confirmations, whatever became of the attempt that sent. */
  async function syncDeliveries(): Promise<number> {
    const delivered = await deps.listUnsyncedDeliveries(DELIVERIES_AT_ONCE);
    deps.heartbeat();
    await deps.upsertDeliveries(delivered.map(toRow));
    await deps.recordDeliveriesSynced(delivered);
    return delivered.length;
  }

  function toRow({ replyTs: _replyTs, ...delivered }: Delivered): DeliveryRow {
    const { episodeId, cycleId, postedAt } = delivered;
    const [unitId = ''] = episodeId.split(':');
    const latencyMs = Date.parse(postedAt) - Date.parse(cycleId);
    return { ...delivered, environment: deps.environment, unitId, nominalTs: cycleId, latencyMs };
  }

  /** Oldest first, so that of a step that ran twice the later result counts. */
  async function readSuppressions({ prefix, cycleId }: CycleKey): Promise<SuppressBody[]> {
    const listed = await deps.listArtifacts({ prefix, cycleId, kind: 'suppress', limit: MOST_ARTIFACTS });
    const bodies: SuppressBody[] = [];
    for (const { id } of listed.toReversed()) {
      deps.heartbeat();
      bodies.push(await deps.getArtifact<SuppressBody>(id));
    }
    return bodies;
  }
}
