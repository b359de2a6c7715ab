/** Which alert belongs to which incident. */
import { groupBy } from '../../domain/group-by.ts';
import { toldTs, type Episode } from './episode.ts';
import { type Incident, keyOfIncident } from './incident.ts';

/** An alert up to an hour ahead of an incident is about it: as far as the projection goes. */
export const WINDOW_MS = 60 * 60_000;

export interface MatchedIncident {
  incident: Incident;
  /** Of its unit and direction, open anywhere in [onset - 60 min, end]; in the order of their opening. */
  episodes: Episode[];
  /** The one that told first, by the incident's end; null: nobody was told. */
  told: { ts: number; episode: Episode; bySelf: boolean } | null;
  /** A NEW of its own in [onset - 60 min, onset - 10 min]. */
  fresh10: boolean;
}

export interface MatchedEpisode {
  episode: Episode;
  /** Incidents it is about; empty: a false one. */
  incidents: Incident[];
  /** Its NEW, or the first word of it, lies in [onset - 60 min, end] of one of them. */
  fresh: boolean;
  /** It overlaps an incident of the other direction, and none of its own. */
  wrongDirection: boolean;
}

export interface Matching {
  incidents: MatchedIncident[];
  /** Notified ones alone. */
  episodes: MatchedEpisode[];
  /** Those that people were told of by a notification of their own or by another unit's: each is one of its unit. */
  told: MatchedEpisode[];
}

const LEAD_MS = 10 * 60_000;

export function matchEpisodes(incidents: readonly Incident[], episodes: readonly Episode[]): Matching {
  const incidentsOf = groupBy(incidents, keyOfIncident);
  const episodesOf = groupBy(episodes, ({ unitId, direction }) => `${unitId} ${direction}`);
  const matchAll = (sinceOf: (episode: Episode) => number | null): MatchedEpisode[] =>
    episodes.flatMap((episode) => {
      const since = sinceOf(episode);
      if (since === null) return [];
      const { unitId, direction } = episode;
      const opposite = direction === 'HIGH' ? 'LOW' : 'HIGH';
      const isOf = (each: Incident) => overlaps(each, episode);
      const own = (incidentsOf.get(`${unitId} ${direction}`) ?? []).filter(isOf);
      return {
        episode,
        incidents: own,
        fresh: own.some((incident) => isFresh(incident, since)),
        wrongDirection: own.length === 0 && (incidentsOf.get(`${unitId} ${opposite}`) ?? []).some(isOf),
      };
    });
  return {
    incidents: incidents.map((incident) =>
      matchIncident(
        incident,
        (episodesOf.get(keyOfIncident(incident)) ?? []).filter((episode) => overlaps(incident, episode)),
      ),
    ),
    episodes: matchAll(({ newTs }) => newTs),
    told: matchAll(toldTs),
  };
}

/** Open anywhere in [onset - 60 min, end]. */
function overlaps({ onsetTs, endTs }: Incident, episode: Episode): boolean {
  return episode.openTs <= endTs && (episode.endTs ?? Infinity) > onsetTs - WINDOW_MS;
}

function isFresh({ onsetTs, endTs }: Incident, since: number): boolean {
  return since >= onsetTs - WINDOW_MS && since <= endTs;
}

function matchIncident(incident: Incident, unordered: Episode[]): MatchedIncident {
  const episodes = unordered.toSorted((a, b) => a.openTs - b.openTs);
  let told: MatchedIncident['told'] = null;
  for (const episode of episodes) {
    const ts = toldTs(episode);
    if (ts === null || ts > incident.endTs || (told !== null && told.ts <= ts)) continue;
    told = { ts, episode, bySelf: episode.newTs === ts };
  }
  const fresh10 = episodes.some(
    ({ newTs }) =>
      newTs !== null && newTs >= incident.onsetTs - WINDOW_MS && newTs <= incident.onsetTs - LEAD_MS,
  );
  return { incident, episodes, told, fresh10 };
}
