/** Runs the production decisions over recorded data, cycle by cycle, with only what was visible at each. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareAlertRows, toAlertRows, type AlertRow } from '../domain/alert-row.ts';
import { toCycleId } from '../domain/cycle-time.ts';
import { decideCycle, type CycleOutcome } from '../domain/decide-cycle.ts';
import { algorithm } from '../domain/algorithm/algorithm.ts';
import { daysBefore } from '../domain/forecast/earlier-days.ts';
import { LevelHistory } from '../domain/forecast/past.ts';
import type { UnitEvaluation } from '../domain/recommendation.ts';
import { calendarOf } from '../domain/registry.ts';
import { initialMemory, type WarehouseMemory } from '../domain/suppress/memory.ts';
import { AlertsFile } from './alerts-file.ts';
import { BadFile } from './bad-file.ts';
import { BASELINES, Baselines, type BaselineName } from './detectors/baselines.ts';
import { Blindness } from './detectors/blindness.ts';
import { OurAlerts } from './detectors/our-alerts.ts';
import type { Feed, UnitNames } from './input/feed.ts';
import { readIncidents, readNegatives } from './input/incidents-file.ts';
import { openFeed } from './input/open-feed.ts';
import { TrueLevels } from './input/true-levels-file.ts';
import { Plotter } from './plots/plotter.ts';
import type { Report } from './report.ts';
import type { Incident, IncidentDirection, Negative } from './score/incident.ts';
import { ProbabilityJudge } from './score/probability-judge.ts';
import { scorable, score, type Exposure, type Scores } from './score/score.ts';
import { quantile } from './score/statistics.ts';
import { derivedTruth, givenTruth, type Truth } from './score/truth.ts';
import { isUntrue } from './score/untrue-cleared.ts';

const MINUTE_MS = 60_000;
/** A unit is judged full from here on. */
const FULL = 0.98;
/** As the schedule runs it. */
const INTERVAL_MIN = 5;
const INTERVAL_MS = INTERVAL_MIN * MINUTE_MS;

export interface BacktestOptions {
  folder: string;
  /** Made where it does not exist. */
  out: string;
  /** Where the folder holds both kinds of data; absent: the raw sources. */
  level?: 'A' | 'B';
  algorithm: string;
  sensitivity?: number;
  /** First and last cycle, epoch ms; absent: as far as the data go. */
  fromMs?: number;
  toMs?: number;
  /** One picture per incident. */
  plots?: { folder: string; falseAlerts: boolean };
  /** Told before the first cycle: first and last one, epoch ms, and how many there are. */
  onSpan?: (span: { fromMs: number; toMs: number; cycles: number; warehouses: number }) => void;
  /** Told of each warehouse in each cycle. */
  onCycle?: (cycleMs: number, outcome: CycleOutcome) => void;
  onProgress?: (phase: 'checking' | 'deciding', done: number, total: number | null) => void;
}

/**
 * Writes alerts.csv and report.json into `out`; neither is touched unless the whole run succeeds.
 * @throws BadFile
 */
export async function backtest(options: BacktestOptions): Promise<Report> {
  const feed = await openFeed(
    options.folder,
    {
      algorithm: options.algorithm,
      fromMs: options.fromMs,
      toMs: options.toMs,
      onScanned: (rows) => options.onProgress?.('checking', rows, null),
    },
    options.level,
  );
  try {
    const incidents = await readIncidents(join(options.folder, 'incidents.csv'), (given) =>
      unitIdOf(feed, given),
    );
    const negatives = await readNegatives(join(options.folder, 'negatives.csv'), (given) =>
      unitIdOf(feed, given),
    );
    const levels = await TrueLevels.read(join(options.folder, 'truth_levels.csv'), (given) =>
      unitIdOf(feed, given),
    );
    const truth = incidents === null ? derivedTruth() : givenTruth(incidents);
    await mkdir(options.out, { recursive: true });
    const alerts = new AlertsFile(join(options.out, 'alerts.csv'));
    try {
      const report = await run({ feed, truth, levels, negatives, alerts }, options);
      const path = join(options.out, 'report.json');
      await writeFile(`${path}.partial`, `${JSON.stringify(report, null, 2)}\n`);
      await alerts.complete();
      await rename(`${path}.partial`, path);
      return report;
    } catch (error) {
      await alerts.discard();
      throw error;
    }
  } finally {
    await feed.close();
  }
}

function unitIdOf({ units, names, warehouses }: Feed, given: string): string | null {
  if (units === null || units.has(given)) return given;
  const internal = warehouses.map(({ code }) => names.internal(given, code)).find((id) => units.has(id));
  return internal ?? null;
}

interface Sources {
  feed: Feed;
  truth: Truth;
  levels: TrueLevels;
  negatives: Negative[];
  alerts: AlertsFile;
}

async function run(
  { feed, truth, levels, negatives, alerts }: Sources,
  options: BacktestOptions,
): Promise<Report> {
  const { fromMs, toMs } = spanOf(feed, options);
  const memories = new Map<string, WarehouseMemory>(
    feed.warehouses.map(({ code }) => [code, initialMemory(code)]),
  );
  const history = new LevelHistory();
  const ours = new OurAlerts(INTERVAL_MS);
  const baselines = new Baselines();
  const blindness = new Blindness();
  const judge = new ProbabilityJudge(toMs);
  const plotter = options.plots
    ? new Plotter({
        ...options.plots,
        zones: algorithm(options.algorithm).zones,
        names: feed.names,
      })
    : null;
  const learn = (incidents: readonly Incident[]): void => {
    for (const incident of incidents) {
      judge.addIncident(incident);
      plotter?.addIncident(incident);
    }
  };
  learn(truth.incidents);
  const seen = new Set<string>();
  let [cycles, unitCycles] = [0, 0];
  const total = Math.floor((toMs - fromMs) / INTERVAL_MS) + 1;
  options.onSpan?.({ fromMs, toMs, cycles: total, warehouses: feed.warehouses.length });
  const startedAt = performance.now();

  for (let cycleMs = fromMs; cycleMs <= toMs; cycleMs += INTERVAL_MS) {
    await feed.advance(cycleMs);
    const cycleId = toCycleId(cycleMs);
    const rows: AlertRow[] = [];
    for (const { code, settings, seriesAt } of feed.warehouses) {
      const outcome = decideCycle(
        {
          cycleId,
          intervalMinutes: INTERVAL_MIN,
          settings,
          memory: memories.get(code) ?? initialMemory(code),
          past: history.readAt(daysBefore(cycleMs, calendarOf(settings))),
          ...(options.sensitivity === undefined ? {} : { sensitivity: options.sensitivity }),
        },
        (memory) => seriesAt(cycleMs, memory),
      );
      memories.set(code, outcome.memory);
      history.record(cycleMs, outcome.evaluation.units);
      const own = toAlertRows({
        cycleId,
        algorithm: settings.warehouse.algorithm,
        labels: outcome.result.labels,
        recommendations: outcome.resolved.recommendations,
      });
      rows.push(...own);
      ours.observe(cycleMs, outcome);
      blindness.observe(cycleMs, outcome);
      for (const series of outcome.series.units) {
        baselines.observe(cycleMs, series);
        learn(truth.observe(series));
        seen.add(series.unit.unitId);
      }
      stateProbabilities(judge, truth, cycleMs, outcome);
      unitCycles += outcome.series.units.length;
      options.onCycle?.(cycleMs, outcome);
      plotter?.observe(cycleMs, outcome, (unitId) => truth.knownUntil(unitId));
    }
    await plotter?.draw(cycleMs, ours.episodes);
    cycles += 1;
    await alerts.write(rows.toSorted(compareAlertRows).map((row) => asGiven(row, feed.names)));
    options.onProgress?.('deciding', cycles, total);
  }
  learn(truth.end());
  judge.settleAll();
  await plotter?.draw(Infinity, ours.episodes);

  const seconds = (performance.now() - startedAt) / 1_000;
  const exposure: Exposure = {
    fromMs,
    toMs,
    unitMs: unitCycles * INTERVAL_MS,
    warehouseHours: (cycles * feed.warehouses.length * INTERVAL_MIN) / 60,
  };
  const incidents = scorable(truth.incidents, exposure);
  const thresholdNotifications = baselines.notifications.threshold_85_every_cycle;
  const { NEW, ONGOING, CLEARED } = ours.notifications;
  return {
    format: 1,
    level: feed.level,
    algorithm: options.algorithm,
    sensitivity: options.sensitivity ?? null,
    from: toCycleId(fromMs),
    to: toCycleId(toMs),
    interval_min: INTERVAL_MIN,
    warehouses: feed.warehouses.length,
    units: seen.size,
    rows: feed.rows,
    cycles,
    unit_cycles: unitCycles,
    unit_days: exposure.unitMs / (24 * 60 * MINUTE_MS),
    warehouse_hours: exposure.warehouseHours,
    incidents: {
      derived: truth.derived,
      count: incidents.length,
      overflow: incidents.filter(({ kind }) => kind === 'OVERFLOW').length,
      starvation: incidents.filter(({ kind }) => kind === 'STARVATION').length,
      families: new Set(incidents.map(({ familyId }) => familyId)).size,
      out_of_range: truth.incidents.length - incidents.length,
    },
    missing: feed.missing,
    bufferwatch: {
      ...score({
        incidents,
        episodes: ours.episodes,
        negatives,
        exposure,
        notifications: NEW + ONGOING + CLEARED,
        thresholdNotifications,
      }),
      new: NEW,
      ongoing: ONGOING,
      cleared: CLEARED,
      data_episodes: ours.dataEpisodes,
      healthy_while_blind: blindness.healthyWhileBlind,
      blind_unit_cycles: blindness.unitCycles,
      untrue_cleared: ours.cleared.filter((each) =>
        isUntrue(each, incidents, (unitId, ts) => levels.at(unitId, ts)),
      ).length,
      severities: ours.severities(),
      data_to_new_p50_min: quantile(ours.delaysMin, 0.5),
      data_to_new_p95_min: quantile(ours.delaysMin, 0.95),
      calibration: judge.scores(),
    },
    baselines: Object.fromEntries(
      BASELINES.map((name) => [
        name,
        score({
          incidents,
          episodes: baselines.episodes[name],
          negatives,
          exposure,
          notifications: baselines.notifications[name],
          thresholdNotifications,
        }),
      ]),
    ) as Record<BaselineName, Scores>,
    duration_s: seconds,
    unit_cycles_per_s: unitCycles / seconds,
  };
}

/** UTC marks: from the first at which something is visible to the first at which everything is. */
function spanOf(feed: Feed, { fromMs, toMs }: BacktestOptions): { fromMs: number; toMs: number } {
  const mark = (ms: number): number => Math.ceil(ms / INTERVAL_MS) * INTERVAL_MS;
  const from = mark(Math.max(feed.firstMs, fromMs ?? -Infinity));
  const to = Math.min(mark(feed.lastMs), toMs ?? Infinity);
  if (from > to)
    throw new BadFile(
      'the data',
      null,
      `lie between ${toCycleId(feed.firstMs)} and ${toCycleId(feed.lastMs)}, outside the span that was asked for`,
    );
  return { fromMs: from, toMs: to };
}

function stateProbabilities(
  judge: ProbabilityJudge,
  truth: Truth,
  cycleMs: number,
  { evaluation, result }: CycleOutcome,
): void {
  const isNew = new Set<string>();
  for (const { label, unitId, direction } of result.labels)
    if (label === 'NEW') isNew.add(`${unitId} ${direction}`);
  for (const unit of evaluation.units) {
    for (const direction of ['HIGH', 'LOW'] as const) {
      const probability = probabilityOf(unit, direction);
      if (probability === null) continue;
      judge.state(unit.unitId, direction, {
        ts: cycleMs,
        probability,
        isNew: isNew.has(`${unit.unitId} ${direction}`),
        atLimit: direction === 'HIGH' && unit.fill !== null && unit.fill >= FULL,
      });
    }
    judge.settle(unit.unitId, truth.knownUntil(unit.unitId));
  }
}

/** What the evaluation says of the next hour; null where it says nothing. */
function probabilityOf(unit: UnitEvaluation, direction: IncidentDirection): number | null {
  if (direction === 'HIGH') return unit.overflowProbability;
  return unit.recommendations.find((each) => each.direction === direction)?.probability ?? null;
}

/** With the unit ids as the list of units spells them. */
function asGiven(row: AlertRow, names: UnitNames): AlertRow {
  const unitId = names.given(row.unitId);
  const actionUnitId = names.given(row.actionUnitId);
  const winner = row.winner === null ? null : names.given(row.winner);
  const episodeId = row.episodeId === null ? null : `${unitId}${row.episodeId.slice(row.unitId.length)}`;
  return { ...row, unitId, actionUnitId, winner, episodeId };
}
