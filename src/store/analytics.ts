/** Writes what analysts read. The same rows again change nothing. */
import type { Pool } from 'pg';
import type { AlertRow } from '../domain/alert-row.ts';
import type { SourceHealth } from '../domain/series.ts';
import type { CycleId, Environment, Label } from '../domain/vocabulary.ts';
import type { CycleRecord } from './cycle.ts';

/** One statement's rows: some MB of JSON, parsed by the server at once. */
const BATCH_ROWS = 5_000;

/** One alert key (unit and direction) in one cycle. */
export interface RecommendationRow extends AlertRow {
  environment: Environment;
  prefix: string;
  warehouse: string;
}

/** One source in one warehouse and cycle. */
export interface SourceHealthRow extends SourceHealth {
  environment: Environment;
  prefix: string;
  cycleTs: CycleId;
  warehouse: string;
}

/** One message that is known to have reached a channel. */
export interface DeliveryRow {
  environment: Environment;
  episodeId: string;
  sequence: number;
  /** As planned. */
  channel: string;
  /** Where it really went: the same, or a fallback. */
  deliveredTo: string;
  channelId: string;
  /** Slack's, of the episode's first message there. */
  messageTs: string;
  /** What Slack refused in the planned channel where a fallback took it; else null. */
  error: string | null;
  warehouse: string;
  unitId: string;
  label: Label;
  cycleId: CycleId;
  /** ISO 8601. */
  nominalTs: string;
  postedAt: string;
  latencyMs: number;
}

export async function upsertRecommendations(pool: Pool, rows: RecommendationRow[]): Promise<void> {
  for (const batch of batches(rows)) {
    await pool.query(
      `INSERT INTO recommendation (environment, prefix, cycle_ts, warehouse, unit_id, direction, state, action,
         severity, label, reason, quantity, quantity_unit, tto_min, tts_min, quality, episode_id, algorithm,
         action_unit_id, probability, cause, process, winner)
       SELECT "environment", "prefix", "cycleTs", "warehouse", "unitId", "direction", "state", "action",
         "severity", "label", "reason", "quantity", "quantityUnit", "ttoMin", "ttsMin", "quality", "episodeId",
         "algorithm", "actionUnitId", "probability", "cause", "process", "winner"
       FROM jsonb_to_recordset($1::jsonb) AS given ("environment" text, "prefix" text, "cycleTs" timestamptz,
         "warehouse" text, "unitId" text, "direction" text, "state" text, "action" text, "severity" text,
         "label" text, "reason" text, "quantity" float8, "quantityUnit" text, "ttoMin" float8, "ttsMin" float8,
         "quality" float8, "episodeId" text, "algorithm" text, "actionUnitId" text, "probability" float8,
         "cause" text, "process" text, "winner" text)
       ON CONFLICT (cycle_ts, prefix, unit_id, direction) DO UPDATE SET
         environment = excluded.environment, warehouse = excluded.warehouse, state = excluded.state,
         action = excluded.action, severity = excluded.severity, label = excluded.label, reason = excluded.reason,
         quantity = excluded.quantity, quantity_unit = excluded.quantity_unit, tto_min = excluded.tto_min,
         tts_min = excluded.tts_min, quality = excluded.quality, episode_id = excluded.episode_id,
         algorithm = excluded.algorithm, action_unit_id = excluded.action_unit_id,
         probability = excluded.probability, cause = excluded.cause, process = excluded.process,
         winner = excluded.winner`,
      [JSON.stringify(batch)],
    );
  }
}

export async function upsertSourceHealth(pool: Pool, rows: SourceHealthRow[]): Promise<void> {
  for (const batch of batches(rows)) {
    await pool.query(
      `INSERT INTO source_health (environment, prefix, cycle_ts, warehouse, source, age_min, refresh_min, usable,
         units, served, doubted, defects)
       SELECT "environment", "prefix", "cycleTs", "warehouse", "source", "ageMin", "refreshMin", "usable",
         "units", "served", "doubted", "defects"
       FROM jsonb_to_recordset($1::jsonb) AS given ("environment" text, "prefix" text, "cycleTs" timestamptz,
         "warehouse" text, "source" text, "ageMin" float8, "refreshMin" float8, "usable" boolean, "units" integer,
         "served" integer, "doubted" integer, "defects" jsonb)
       ON CONFLICT (cycle_ts, prefix, warehouse, source) DO UPDATE SET
         environment = excluded.environment, age_min = excluded.age_min, refresh_min = excluded.refresh_min,
         usable = excluded.usable, units = excluded.units, served = excluded.served, doubted = excluded.doubted,
         defects = excluded.defects`,
      [JSON.stringify(batch)],
    );
  }
}

export async function upsertDeliveries(pool: Pool, rows: DeliveryRow[]): Promise<void> {
  for (const batch of batches(rows)) {
    await pool.query(
      `INSERT INTO delivery (environment, episode_id, sequence, channel, warehouse, unit_id, label, cycle_id,
         nominal_ts, posted_at, latency_ms, delivered_to, channel_id, message_ts, error)
       SELECT "environment", "episodeId", "sequence", "channel", "warehouse", "unitId", "label", "cycleId",
         "nominalTs", "postedAt", "latencyMs", "deliveredTo", "channelId", "messageTs", "error"
       FROM jsonb_to_recordset($1::jsonb) AS given ("environment" text, "episodeId" text, "sequence" integer,
         "channel" text, "warehouse" text, "unitId" text, "label" text, "cycleId" text, "nominalTs" timestamptz,
         "postedAt" timestamptz, "latencyMs" bigint, "deliveredTo" text, "channelId" text, "messageTs" text,
         "error" text)
       ON CONFLICT (episode_id, sequence, channel) DO UPDATE SET
         environment = excluded.environment, warehouse = excluded.warehouse, unit_id = excluded.unit_id,
         label = excluded.label, cycle_id = excluded.cycle_id, nominal_ts = excluded.nominal_ts,
         posted_at = excluded.posted_at, latency_ms = excluded.latency_ms,
         delivered_to = excluded.delivered_to, channel_id = excluded.channel_id, message_ts = excluded.message_ts,
         error = excluded.error`,
      [JSON.stringify(batch)],
    );
  }
}

export async function upsertCycle(pool: Pool, environment: Environment, cycle: CycleRecord): Promise<void> {
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms));
  await pool.query(
    `INSERT INTO cycle (environment, prefix, cycle_id, cycle_ts, mode, run_id, started_at, decided_at, completed_at,
       outcome)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (cycle_ts, prefix) DO UPDATE SET
       environment = excluded.environment, mode = excluded.mode, run_id = excluded.run_id,
       started_at = excluded.started_at, decided_at = excluded.decided_at, completed_at = excluded.completed_at,
       outcome = excluded.outcome`,
    [
      environment,
      cycle.prefix,
      cycle.cycleId,
      cycle.cycleId,
      cycle.mode,
      cycle.runId,
      instant(cycle.startedAt),
      instant(cycle.decidedAt),
      instant(cycle.completedAt),
      cycle.outcome === null ? null : JSON.stringify(cycle.outcome),
    ],
  );
}

function* batches<T>(rows: T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS) yield rows.slice(start, start + BATCH_ROWS);
}
