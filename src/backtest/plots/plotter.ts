/** Keeps what a picture needs while it may be needed, and writes one per incident, and per false alert on demand. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCycleId } from '../../domain/cycle-time.ts';
import type { CycleOutcome } from '../../domain/decide-cycle.ts';
import type { ZoneThresholds } from '../../domain/algorithm/schema.ts';
import type { UnitNames } from '../input/feed.ts';
import type { Episode } from '../score/episode.ts';
import { directionOf, type Incident } from '../score/incident.ts';
import { matchEpisodes } from '../score/match.ts';
import { renderChart } from './chart.ts';

const MINUTE_MS = 60_000;
const BEFORE_MS = 180 * MINUTE_MS;
const AFTER_MS = 60 * MINUTE_MS;
/** Until then an incident that is found in the levels themselves has been found. */
const SETTLED_MS = AFTER_MS + 45 * MINUTE_MS;
/** Kept of a unit at most: more than a picture can show. */
const MOST_POINTS = 4_000;

interface UnitHistory {
  levels: { ts: number; fill: number }[];
  notifications: { ts: number; label: string; direction: string }[];
  /** At each NEW. */
  projections: { ts: number; direction: string; points: { ts: number; fill: number }[] }[];
  incidents: Incident[];
  episodes: Episode[];
}

export interface PlotterOptions {
  folder: string;
  falseAlerts: boolean;
  zones: ZoneThresholds;
  names: UnitNames;
}

export class Plotter {
  pictures = 0;
  readonly #options: PlotterOptions;
  readonly #units = new Map<string, UnitHistory>();
  /** Not drawn yet. */
  readonly #incidents = new Set<Incident>();
  readonly #episodes = new Set<Episode>();
  /** Episodes that were taken in. */
  #taken = 0;

  constructor(options: PlotterOptions) {
    this.#options = options;
  }

  addIncident(incident: Incident): void {
    this.#incidents.add(incident);
    this.#historyOf(incident.unitId).incidents.push(incident);
  }

  /** @param knownUntil until when the unit's incidents are known: what is younger may still have to be drawn */
  observe(cycleMs: number, outcome: CycleOutcome, knownUntil: (unitId: string) => number): void {
    for (const { unit, levelSamples, capacityUnits } of outcome.series.units) {
      const history = this.#historyOf(unit.unitId);
      const last = history.levels.at(-1)?.ts ?? -Infinity;
      if (capacityUnits !== null && capacityUnits > 0)
        for (const { ts, wipUnits } of levelSamples)
          if (ts > last) history.levels.push({ ts, fill: wipUnits / capacityUnits });
      this.#forget(history, Math.min(cycleMs - SETTLED_MS, knownUntil(unit.unitId)) - BEFORE_MS);
    }
    for (const { unitId, direction, label, reason } of outcome.delivered) {
      if (direction === '') continue;
      const history = this.#historyOf(unitId);
      history.notifications.push({ ts: cycleMs, label, direction });
      if (label !== 'NEW' || reason === '') continue;
      const evaluation = outcome.evaluation.units.find((one) => one.unitId === unitId);
      const capacity = evaluation?.capacityUnits ?? null;
      if (!evaluation || capacity === null) continue;
      const points = evaluation.projection.map(({ inMin, wipUnits }) => ({
        ts: cycleMs + inMin * MINUTE_MS,
        fill: wipUnits / capacity,
      }));
      history.projections.push({ ts: cycleMs, direction, points });
    }
  }

  /**
   * Draws what is over by the instant; `Infinity` draws the rest.
   * @param episodes all so far; they are only ever added to
   */
  async draw(nowMs: number, episodes: readonly Episode[]): Promise<void> {
    for (; this.#taken < episodes.length; this.#taken += 1) {
      const episode = episodes[this.#taken];
      if (!episode) continue;
      this.#historyOf(episode.unitId).episodes.push(episode);
      if (this.#options.falseAlerts) this.#episodes.add(episode);
    }
    for (const incident of this.#incidents) {
      if (incident.endTs + SETTLED_MS > nowMs) continue;
      await this.#drawIncident(incident);
      this.#incidents.delete(incident);
    }
    for (const episode of this.#episodes) {
      if ((episode.endTs ?? Infinity) + SETTLED_MS > nowMs) continue;
      await this.#drawFalseAlert(episode);
      this.#episodes.delete(episode);
    }
  }

  async #drawIncident(incident: Incident): Promise<void> {
    const own = this.#historyOf(incident.unitId).episodes;
    const told = matchEpisodes([incident], own).incidents[0]?.told ?? null;
    const lead = told === null ? null : Math.round((incident.onsetTs - told.ts) / MINUTE_MS);
    const verdict = lead === null ? 'missed' : lead >= 0 ? 'warned' : 'late';
    const words =
      lead === null ? 'nobody was told' : lead >= 0 ? `told ${lead} min before` : `told ${-lead} min after`;
    await this.#write(
      { verdict, unitId: incident.unitId, ts: incident.onsetTs },
      {
        title: `${this.#options.names.given(incident.unitId)}: ${incident.kind}`,
        subtitle: `${toCycleId(incident.onsetTs)}${incident.cause === null ? '' : `, ${incident.cause}`}: ${words}`,
        fromTs: Math.min(incident.onsetTs, told?.ts ?? Infinity) - BEFORE_MS,
        toTs: incident.endTs + AFTER_MS,
        direction: directionOf(incident.kind),
        firstAlertTs: told?.episode.newTs ?? null,
        incident,
      },
    );
  }

  async #drawFalseAlert(episode: Episode): Promise<void> {
    const { unitId, direction, openTs, endTs, newTs } = episode;
    const [match] = matchEpisodes(this.#historyOf(unitId).incidents, [episode]).episodes;
    if (newTs === null || !match || match.incidents.length > 0) return;
    await this.#write(
      { verdict: 'false', unitId, ts: newTs },
      {
        title: `${this.#options.names.given(unitId)}: ${direction}, no incident came`,
        subtitle: toCycleId(newTs),
        fromTs: openTs - BEFORE_MS,
        toTs: (endTs ?? newTs) + AFTER_MS,
        direction,
        firstAlertTs: newTs,
        incident: null,
      },
    );
  }

  async #write(
    name: { verdict: string; unitId: string; ts: number },
    of: {
      title: string;
      subtitle: string;
      fromTs: number;
      toTs: number;
      direction: string;
      firstAlertTs: number | null;
      incident: Incident | null;
    },
  ): Promise<void> {
    const { folder, zones } = this.#options;
    const history = this.#historyOf(name.unitId);
    const projection = history.projections.find(
      ({ ts, direction }) => ts === of.firstAlertTs && direction === of.direction,
    );
    const svg = renderChart({
      ...of,
      levels: history.levels,
      notifications: history.notifications,
      projection: projection?.points ?? [],
      zones,
    });
    await mkdir(folder, { recursive: true });
    const stamp = new Date(name.ts).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
    const unit = this.#options.names.given(name.unitId).replaceAll(/[^A-Za-z0-9_-]/g, '-');
    await writeFile(join(folder, `${name.verdict}_${unit}_${stamp}.svg`), svg);
    this.pictures += 1;
  }

  #historyOf(unitId: string): UnitHistory {
    let history = this.#units.get(unitId);
    if (!history) {
      history = { levels: [], notifications: [], projections: [], incidents: [], episodes: [] };
      this.#units.set(unitId, history);
    }
    return history;
  }

  /** What no picture to come can show. */
  #forget(history: UnitHistory, beforeMs: number): void {
    const first = history.levels[0];
    if (!first || first.ts >= beforeMs - BEFORE_MS) return;
    const starts = [
      ...history.incidents
        .filter((one) => this.#incidents.has(one))
        .map(({ onsetTs }) => onsetTs - BEFORE_MS),
      ...history.episodes.filter((one) => this.#episodes.has(one)).map(({ openTs }) => openTs),
    ];
    const keepFrom = Math.min(beforeMs, ...starts.map((ts) => ts - BEFORE_MS));
    const isKept = ({ ts }: { ts: number }): boolean => ts >= keepFrom;
    history.levels = history.levels.filter(isKept);
    history.notifications = history.notifications.filter(isKept);
    history.projections = history.projections.filter(isKept);
    if (history.levels.length > MOST_POINTS)
      history.levels = history.levels.filter((_, index) => index % 2 === 0);
  }
}
