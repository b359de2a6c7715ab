/** Gathers our own alerts for the score, cycle by cycle, from what was decided and delivered. */
import type { CycleOutcome } from '../../domain/decide-cycle.ts';
import { seenLevels } from '../../domain/series.ts';
import type { Transition, UnitLabel } from '../../domain/suppress/contract.ts';
import { warehouseOf } from '../../domain/units.ts';
import { severityRank, type Severity } from '../../domain/vocabulary.ts';
import { adviceAt, type Advice, type Episode } from '../score/episode.ts';
import type { Cleared } from '../score/untrue-cleared.ts';

const MINUTE_MS = 60_000;

/** An open episode's row that asks for nothing now. */
const QUIET: ReadonlySet<string> = new Set(['clearing', 'no_data', 'not_scheduled']);

/** The present run of a key's actionable rows, epoch ms. */
interface Asking {
  /** When the data that first asked became visible. */
  visibleTs: number;
  firstTs: number;
  lastTs: number;
}

interface Alert {
  episode: Episode;
  asking: Pick<Asking, 'visibleTs' | 'firstTs'>;
}

export class OurAlerts {
  readonly episodes: Episode[] = [];
  /** By label, of every direction. */
  readonly notifications = { NEW: 0, ONGOING: 0, CLEARED: 0 };
  /** Episodes about missing data that people were told of. */
  dataEpisodes = 0;
  /** Every end that people were told of. */
  readonly cleared: Cleared[] = [];
  /** By episode that people were told of: the highest that they were told. */
  readonly #severities = new Map<string, Severity>();
  /** Minutes from visible data to NEW, less the further cycle where persistence took one. */
  readonly delaysMin: number[] = [];
  readonly #intervalMs: number;
  /** Open ones by episode id. */
  readonly #open = new Map<string, Alert>();
  /** By alert key. */
  readonly #asking = new Map<string, Asking>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  observe(cycleMs: number, outcome: CycleOutcome): void {
    this.#noteFirstVisible(cycleMs, outcome);
    for (const label of outcome.result.labels) this.#begin(cycleMs, label);
    for (const transition of outcome.delivered) this.#notify(cycleMs, transition, outcome);
    for (const label of outcome.result.labels) this.#speakFor(cycleMs, label);
    this.#close(cycleMs, outcome);
  }

  #begin(cycleMs: number, { episodeId, direction, unitId }: UnitLabel): void {
    if (episodeId === null || direction === '' || this.#open.has(episodeId)) return;
    const episode: Episode = {
      unitId,
      direction,
      openTs: cycleMs,
      endTs: null,
      newTs: null,
      notifications: 0,
      advices: [],
      spokenFor: null,
    };
    this.#open.set(episodeId, {
      episode,
      asking: this.#asking.get(`${unitId} ${direction}`) ?? { visibleTs: cycleMs, firstTs: cycleMs },
    });
    this.episodes.push(episode);
  }

  #notify(cycleMs: number, transition: Transition, outcome: CycleOutcome): void {
    this.notifications[transition.label] += 1;
    if (transition.direction === '') {
      if (transition.label === 'NEW') this.dataEpisodes += 1;
      return;
    }
    const alert = this.#open.get(transition.episodeId);
    if (!alert) return;
    alert.episode.notifications += 1;
    this.#noteSeverity(transition);
    if (transition.label === 'CLEARED') this.#noteEnd(cycleMs, transition, outcome);
    if (transition.label !== 'CLEARED')
      alert.episode.advices.push({ ts: cycleMs, advice: adviceOf(transition, outcome) });
    if (transition.label !== 'NEW' || alert.episode.newTs !== null) return;
    alert.episode.newTs = cycleMs;
    // What another alert spoke for was told already.
    if (alert.episode.spokenFor !== null) return;
    const { visibleTs, firstTs } = alert.asking;
    const persistenceMs = cycleMs > firstTs ? this.#intervalMs : 0;
    this.delaysMin.push(Math.max(0, cycleMs - visibleTs - persistenceMs) / MINUTE_MS);
  }

  /** How many alerts came to each severity at most, of those that people were told of. */
  severities(): Record<string, number> {
    const counts: Record<string, number> = { WARNING: 0, CRITICAL: 0, EMERGENCY: 0 };
    for (const severity of this.#severities.values()) counts[severity] = (counts[severity] ?? 0) + 1;
    return counts;
  }

  #noteSeverity({ episodeId, label, severity }: Transition): void {
    const before = this.#severities.get(episodeId);
    if (label === 'CLEARED' || (before && severityRank(before) >= severityRank(severity))) return;
    this.#severities.set(episodeId, severity);
  }

  #noteEnd(ts: number, { unitId, direction }: Transition, { series }: CycleOutcome): void {
    if (direction === '') return;
    const capacityUnits = series.units.find(({ unit }) => unit.unitId === unitId)?.capacityUnits ?? null;
    this.cleared.push({ ts, unitId, direction, capacityUnits });
  }

  /** A withheld alert is known from its winner's notification on, yet not from before it was covered. */
  #speakFor(cycleMs: number, { episodeId, label, reason, winner }: UnitLabel): void {
    if (episodeId === null || label !== 'SUPPRESSED' || reason !== 'subsumed' || winner === null) return;
    const alert = this.#open.get(episodeId);
    if (!alert || alert.episode.spokenFor !== null) return;
    const told = [...this.#open.values()]
      .map(({ episode }) => episode)
      .filter(({ unitId, newTs }) => unitId === winner && newTs !== null);
    const speaker = told.find(({ direction }) => direction === alert.episode.direction) ?? told[0];
    if (speaker === undefined) return;
    alert.episode.spokenFor = { ts: cycleMs, unitId: winner, advice: adviceAt(speaker, cycleMs) };
  }

  #close(cycleMs: number, { memory, series }: CycleOutcome): void {
    const open = new Set<string>();
    for (const { episodeId, closedAt } of memory.episodes) if (closedAt === null) open.add(episodeId);
    for (const [episodeId, { episode }] of this.#open) {
      if (warehouseOf(episode.unitId) !== series.warehouse || open.has(episodeId)) continue;
      episode.endTs = cycleMs;
      this.#open.delete(episodeId);
    }
  }

  /**
   * What made a row call for an action became visible since the cycle before: at the newest level's instant, but
   * where a source was late that instant is older than the row.
   */
  #noteFirstVisible(cycleMs: number, { result, series }: CycleOutcome): void {
    let newest: Map<string, number> | null = null;
    for (const { unitId, direction, label, reason } of result.labels) {
      if (direction === '' || label === null || label === 'CLEARED' || QUIET.has(reason)) continue;
      const key = `${unitId} ${direction}`;
      const before = this.#asking.get(key);
      if (before && cycleMs - before.lastTs <= 2 * this.#intervalMs) {
        before.lastTs = cycleMs;
        continue;
      }
      newest ??= new Map(
        series.units.map((one) => [one.unit.unitId, seenLevels(one).at(-1)?.ts ?? -Infinity]),
      );
      const visibleTs = Math.max(cycleMs - this.#intervalMs, newest.get(unitId) ?? -Infinity);
      this.#asking.set(key, { visibleTs, firstTs: cycleMs, lastTs: cycleMs });
    }
  }
}

function adviceOf(transition: Transition, { resolved }: CycleOutcome): Advice {
  const { unitId, direction, action, actionUnitId, quantity, quantityUnit } = transition;
  const recommendation = resolved.recommendations.find(
    (each) => each.unitId === unitId && each.direction === direction,
  );
  return { action, actionUnitId, process: recommendation?.process ?? null, quantity, quantityUnit };
}
