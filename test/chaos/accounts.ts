/** What was decided, posted, confirmed and told to analytics, counted from four sides: all have to be equal. */
import type { Pool } from 'pg';
import { queryMemory } from '../../src/client/warehouse.ts';
import type { PostedMessage } from '../../src/local/slack-endpoint/slack-endpoint.ts';
import type { WarehouseMemory } from '../../src/domain/suppress/memory.ts';
import type { TakenAnswer } from './faults.ts';
import type { Installation } from './installation.ts';
import { CODES } from './plan.ts';

export interface Row {
  warehouse: string;
  decided: number;
  posted: number;
  confirmed: number;
  analytics: number;
  episodes: number;
  answersTaken: number;
  answersRecorded: number;
}

export interface Accounts {
  rows: Row[];
  /** One sentence each; none where everything is equal. */
  differences: string[];
}

/** `warehouse` remembers the last 400 answers: of more than that the older ones can't be looked up. */
const ANSWERS_KNOWN = 300;

export async function readAccounts(
  { app, client, slack }: Pick<Installation, 'app' | 'client' | 'slack'>,
  taken: readonly TakenAnswer[],
): Promise<Accounts> {
  const messages = slack.messages();
  const ledger = await readLedger(app);
  const analytics = await readAnalytics(app);
  const labels = await readLabels(app);
  const differences = findDuplicates(messages);
  const rows: Row[] = [];
  for (const code of CODES) {
    const memory = await queryMemory(client, code);
    const owned = <T extends { warehouse: string }>(all: readonly T[]) =>
      all.filter(({ warehouse }) => warehouse === code);
    const mine = owned(ledger);
    const waiting = memory === null ? [] : pendingOf(memory);
    const decided = new Set([...mine.map(({ place }) => place), ...waiting]);
    const posted = new Set(messages.flatMap((message) => placeOf(message, code) ?? []));
    const confirmed = new Set(mine.flatMap(({ place, isConfirmed }) => (isConfirmed ? [place] : [])));
    const synced = new Set(owned(analytics).map(({ place }) => place));
    differences.push(
      ...missing(decided, 'decided', posted, 'posted'),
      ...missing(posted, 'posted', decided, 'decided'),
      ...missing(posted, 'posted', confirmed, 'confirmed'),
      ...missing(confirmed, 'confirmed', posted, 'posted'),
      ...missing(confirmed, 'confirmed', synced, 'in analytics'),
      ...missing(synced, 'in analytics', confirmed, 'confirmed'),
    );
    const episodes = owned(labels);
    differences.push(...episodes.flatMap((episode) => judgeEpisode(episode, mine)));
    const answers = taken.filter(
      ({ episodeId }) => episodeId.startsWith(`${code}_`) || episodeId.startsWith(`${code}:`),
    );
    const lost = answers.slice(-ANSWERS_KNOWN).filter((answer) => !isRecorded(memory, answer));
    differences.push(
      ...lost.map(
        ({ button, episodeId, userId }) => `${button} of ${episodeId} by ${userId}: answered, not recorded`,
      ),
      ...(memory === null ? [`${code}: no memory`] : findDoubledAnswers(memory)),
    );
    rows.push({
      warehouse: code,
      decided: decided.size,
      posted: posted.size,
      confirmed: confirmed.size,
      analytics: synced.size,
      episodes: episodes.length,
      answersTaken: answers.length,
      answersRecorded: answers.length - lost.length,
    });
  }
  return { rows, differences };
}

/** `{episode}/{sequence} in {planned channel}` */
type Place = string;

interface LedgerRow {
  warehouse: string;
  episodeId: string;
  label: string;
  place: Place;
  isConfirmed: boolean;
}

async function readLedger(app: Pool): Promise<LedgerRow[]> {
  const { rows } = await app.query(
    `SELECT warehouse, episode_id AS "episodeId", label, episode_id || '/' || sequence || ' in ' || channel AS place,
       posted_at IS NOT NULL AS "isConfirmed"
     FROM delivery_ledger`,
  );
  return rows;
}

async function readAnalytics(app: Pool): Promise<{ warehouse: string; place: Place }[]> {
  const { rows } = await app.query(
    `SELECT warehouse, episode_id || '/' || sequence || ' in ' || channel AS place
     FROM bufferwatch_prod_analytics.delivery`,
  );
  return rows;
}

interface EpisodeLabels {
  warehouse: string;
  episodeId: string;
  isNew: boolean;
  isCleared: boolean;
  last: string;
}

/** What the cycles said of each episode that was ever to be told, from the rows that analysts read. */
async function readLabels(app: Pool): Promise<EpisodeLabels[]> {
  const { rows } = await app.query(
    `SELECT warehouse, episode_id AS "episodeId", bool_or(label = 'NEW') AS "isNew",
       bool_or(label = 'CLEARED') AS "isCleared", (array_agg(label ORDER BY cycle_ts DESC))[1] AS last
     FROM bufferwatch_prod_analytics.recommendation
     WHERE episode_id IS NOT NULL
     GROUP BY warehouse, episode_id
     HAVING bool_or(label IN ('NEW', 'ONGOING', 'CLEARED'))`,
  );
  return rows;
}

/** Each that was NEW has one root in each of its first channels, and each CLEARED one end; or it was taken back untold. */
function judgeEpisode(episode: EpisodeLabels, ledger: readonly LedgerRow[]): string[] {
  const { episodeId, isCleared, last } = episode;
  const told = ledger.filter((row) => row.episodeId === episodeId && row.isConfirmed);
  const count = (label: string): number =>
    new Set(told.flatMap((row) => (row.label === label ? [row.place.split(' in ')[0]] : []))).size;
  const roots = count('NEW');
  const ends = count('CLEARED');
  const wasTakenBack = last === 'SUPPRESSED' && !isCleared;
  return [
    ...(roots === 1 || (roots === 0 && wasTakenBack)
      ? []
      : [`${episodeId}: ${roots} roots, last labelled ${last}`]),
    ...(ends === Number(isCleared)
      ? []
      : [`${episodeId}: ${ends} ends, ${isCleared ? '' : 'not '}labelled CLEARED`]),
  ];
}

function pendingOf({ episodes }: WarehouseMemory): Place[] {
  return episodes.flatMap(({ episodeId, channels, pending }) =>
    pending.flatMap(({ sequence, confirmed }) =>
      channels
        .filter((channel) => !confirmed.includes(channel))
        .map((channel) => `${episodeId}/${sequence} in ${channel}`),
    ),
  );
}

function placeOf({ metadata, channel }: PostedMessage, code: string): Place | null {
  const { key, episode_id: episodeId, sequence, planned } = metadata?.event_payload ?? {};
  if (sequence === undefined || !new RegExp(`^${code}[_:]`).test(String(episodeId))) return null;
  return `${String(key)} in ${typeof planned === 'string' ? planned : channel}`;
}

function findDuplicates(messages: readonly PostedMessage[]): string[] {
  const seen = new Set<string>();
  return messages.flatMap(({ channel, metadata }) => {
    const place = `${String(metadata?.event_payload['key'])} in ${channel}`;
    if (seen.has(place)) return [`${place}: posted twice`];
    seen.add(place);
    return [];
  });
}

function missing(from: Set<Place>, is: string, to: Set<Place>, isNot: string): string[] {
  return [...from].filter((place) => !to.has(place)).map((place) => `${place}: ${is}, not ${isNot}`);
}

function isRecorded(memory: WarehouseMemory | null, { userId }: TakenAnswer): boolean {
  return memory?.operated?.some((id) => id.includes(`/${userId}/`)) ?? false;
}

function findDoubledAnswers({ mutes, feedback }: WarehouseMemory): string[] {
  return [mutes, feedback].flatMap((all) => {
    const by = all.map((one) => one.by);
    return by.filter((one, index) => by.indexOf(one) !== index).map((one) => `what ${one} said counts twice`);
  });
}
