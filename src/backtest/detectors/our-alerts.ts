/** Gathers our own alerts for the score, cycle by cycle, from what was decided and delivered. */
import type { CycleOutcome } from '../../domain/decide-cycle.ts';
import type { Transition, UnitLabel } from '../../domain/alerting.ts';
import type { Advice, Episode } from '../score/episode.ts';

const MINUTE_MS = 60_000;

interface Alert {
  episode: Episode;
  /** When the data that first asked for it became visible, epoch ms. */
  visibleTs: number;
}

export class OurAlerts {
  readonly episodes: Episode[] = [];
  /** By label, of every direction. */
  readonly notifications = { NEW: 0, ONGOING: 0, CLEARED: 0 };
  /** Episodes about missing data that people were told of. */
  dataEpisodes = 0;
  /** Minutes from visible data to NEW, persistence taken off. */
  readonly delaysMin: number[] = [];
  readonly #intervalMs: number;
  /** Open ones by episode id. */
  readonly #open = new Map<string, Alert>();
  /** By alert key: when the data of the present run of actionable rows became visible. */
  readonly #firstVisible = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  observe(cycleMs: number, outcome: CycleOutcome): void {
    this.#noteFirstVisible(cycleMs, outcome);
    for (const label of outcome.result.labels) this.#begin(cycleMs, label);
    for (const transition of outcome.delivered) this.#notify(cycleMs, transition);
    for (const label of outcome.result.labels) this.#speakFor(cycleMs, label);
    this.#close(cycleMs, outcome);
  }

  get notificationCount(): number {
    const { NEW, ONGOING, CLEARED } = this.notifications;
    return NEW + ONGOING + CLEARED;
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
      advice: null,
      spokenFor: null,
    };
    this.#open.set(episodeId, {
      episode,
      visibleTs: this.#firstVisible.get(`${unitId} ${direction}`) ?? cycleMs,
    });
    this.episodes.push(episode);
  }

  #notify(cycleMs: number, transition: Transition): void {
    this.notifications[transition.label] += 1;
    if (transition.direction === '') {
      if (transition.label === 'NEW') this.dataEpisodes += 1;
      return;
    }
    const alert = this.#open.get(transition.episodeId);
    if (!alert) return;
    alert.episode.notifications += 1;
    if (transition.label !== 'NEW' || alert.episode.newTs !== null) return;
    alert.episode.newTs = cycleMs;
    alert.episode.advice = adviceOf(transition);
    this.delaysMin.push(Math.max(0, cycleMs - alert.visibleTs - this.#intervalMs) / MINUTE_MS);
  }

  /** A withheld alert is known from its winner's notification on, yet not from before it was covered. */
  #speakFor(cycleMs: number, { episodeId, label, reason, winner }: UnitLabel): void {
    if (episodeId === null || label !== 'SUPPRESSED' || reason !== 'subsumed' || winner === null) return;
    const alert = this.#open.get(episodeId);
    if (!alert || alert.episode.spokenFor !== null) return;
    for (const { episode } of this.#open.values()) {
      if (episode.unitId !== winner || episode.newTs === null) continue;
      alert.episode.spokenFor = { ts: cycleMs, unitId: winner, advice: episode.advice };
      return;
    }
  }

  #close(cycleMs: number, { memory, series }: CycleOutcome): void {
    const open = new Set<string>();
    for (const { episodeId, closedAt } of memory.episodes) if (closedAt === null) open.add(episodeId);
    const prefix = `${series.warehouse}_`;
    for (const [episodeId, { episode }] of this.#open) {
      if (!episodeId.startsWith(prefix) || open.has(episodeId)) continue;
      episode.endTs = cycleMs;
      this.#open.delete(episodeId);
    }
  }

  #noteFirstVisible(cycleMs: number, { result, series }: CycleOutcome): void {
    const actionable = new Map<string, UnitLabel>();
    for (const label of result.labels) {
      if (label.direction === '' || label.label === null) continue;
      actionable.set(`${label.unitId} ${label.direction}`, label);
    }
    const prefix = `${series.warehouse}_`;
    for (const [key] of this.#firstVisible)
      if (key.startsWith(prefix) && !actionable.has(key)) this.#firstVisible.delete(key);
    if (actionable.size === 0) return;
    const newest = new Map(
      series.units.map(({ unit, levelSamples }) => [unit.unitId, levelSamples.at(-1)?.ts]),
    );
    for (const [key, { unitId }] of actionable) {
      if (!this.#firstVisible.has(key)) this.#firstVisible.set(key, newest.get(unitId) ?? cycleMs);
    }
  }
}

function adviceOf({ action, actionUnitId, quantity, quantityUnit }: Transition): Advice {
  return { action, actionUnitId, quantity, quantityUnit };
}
