/** What people were told of a network alert, and where it stands: kept in the alert's `detail`. Pure. */
import { SOURCES, type CycleId, type SourceName } from '../../domain/vocabulary.ts';
import type { NetworkAlert } from '../../store/network-alert.ts';
import type { Kind } from './kinds.ts';

export interface Shown {
  names: string[];
  /** The last names that were not empty: what a replay of this time has to know. */
  last?: string[];
  /** The last that were the matter, each with why; absent in alerts of older releases. */
  findings?: Kind['findings'];
  messages: ShownPlace[];
}

export interface ShownPlace {
  channel: string;
  channelId: string;
  ts: string;
}

type Matter = Pick<Kind, 'findings'>;

export function namesOf({ findings }: Matter): string[] {
  return findings.map(({ name }) => name).toSorted();
}

export function readShown({ detail }: NetworkAlert): Shown {
  return { names: [], messages: [], ...(detail as Partial<Shown>) };
}

/** Whether people are to be told something that they were not told yet. */
export function isNews(shown: Shown, matter: Matter): boolean {
  return JSON.stringify([namesOf(matter), matter.findings]) !== JSON.stringify([shown.names, shown.findings]);
}

/** @param through false: somebody could not be told for now, and is told with the next cycle */
export function afterTelling(
  open: NetworkAlert,
  matter: Matter,
  { cycleId, news, through, messages }: Telling,
): NetworkAlert {
  return {
    ...withLast(open, matter),
    lastNotifiedCycle: news && through ? cycleId : open.lastNotifiedCycle,
    closedCycle: matter.findings.length === 0 && through ? cycleId : null,
    channelId: messages[0]?.channelId ?? null,
    messageTs: messages[0]?.ts ?? null,
    detail: {
      ...withLast(open, matter).detail,
      // Whoever was not told why is told with the next cycle, though it may be of the same names.
      names: through ? namesOf(matter) : [],
      messages,
    },
  };
}

interface Telling {
  cycleId: CycleId;
  news: boolean;
  through: boolean;
  messages: ShownPlace[];
}

/** Shown nowhere but by `status`. */
export function withoutChannel(open: NetworkAlert, matter: Matter, cycleId: CycleId): NetworkAlert {
  return { ...withLast(open, matter), closedCycle: matter.findings.length === 0 ? cycleId : null };
}

function withLast(open: NetworkAlert, matter: Matter): NetworkAlert {
  const shown = readShown(open);
  const last = matter.findings.length > 0 ? namesOf(matter) : (shown.last ?? shown.names);
  const findings = matter.findings.length > 0 ? matter.findings : shown.findings;
  const detail: Shown = { ...shown, last, ...(findings === undefined ? {} : { findings }) };
  return { ...open, detail: { ...detail } };
}

/** Sources that such an alert has told of, by its last words. */
export function blindSourcesOf(alert: NetworkAlert | null): SourceName[] {
  if (alert === null) return [];
  const { names, last } = readShown(alert);
  return SOURCES.filter((source) => (names.length > 0 ? names : (last ?? [])).includes(source));
}
