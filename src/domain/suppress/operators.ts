// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * What people tell `warehouse`. It counts from the next decision; ends compare with cycle time. Arguments are
 * refused before (`refuse...`, a message or null), so that the functions themselves never fail.
 */
import type {
  AcknowledgeInput,
  FeedbackInput,
  MuteInput,
  OperationId,
  OperatorResult,
  UnmuteInput,
} from './contract.ts';
import { INSTANT_EXPECTED, parseInstant } from '../instant.ts';
import { hasLabelled } from './history.ts';
import { openEpisodes } from './memory.ts';
import type { Acknowledgement, Episode, WarehouseMemory } from './memory.ts';
import { isCycleId } from './slots.ts';
import { keepVerdict } from './verdicts.ts';
import { TEXT_LIMIT, OPERATIONS_KEPT } from './limits.ts';

interface Operated {
  memory: WarehouseMemory;
  result: OperatorResult;
}

/** What was done under an id is not done again. */
export function once<I extends { id?: OperationId }>(
  act: (memory: WarehouseMemory, input: I) => Operated,
): (memory: WarehouseMemory, input: I) => Operated {
  return (memory, input) => {
    const { id } = input;
    if (id === undefined) return act(memory, input);
    const operated = memory.operated ?? [];
    if (operated.includes(id))
      return { memory, result: { status: 'unchanged', detail: 'this was done before' } };
    const done = act(memory, input);
    return { ...done, memory: { ...done.memory, operated: [...operated, id].slice(-OPERATIONS_KEPT) } };
  };
}

export function acknowledge(memory: WarehouseMemory, input: AcknowledgeInput): Operated {
  const targets = openEpisodes(memory).filter(
    ({ episodeId, unitId }) => episodeId === input.episodeId || unitId === input.unit,
  );
  if (targets.length === 0) {
    const over = input.withdraw ? [] : memory.episodes.filter((episode) => waitsForUndo(episode, input));
    if (over.length > 0) return input.whileOpen ? tooLate(memory, over) : markDone(memory, over, input.by);
    const detail =
      input.episodeId === undefined
        ? `${String(input.unit)} has no open episode`
        : `no episode ${input.episodeId} is open`;
    return { memory, result: { status: 'already closed', detail } };
  }
  const changed = targets.filter((episode) => !input.withdraw || episode.acknowledged !== null);
  const names = targets.map(({ episodeId }) => episodeId).join(', ');
  if (changed.length === 0) {
    return { memory, result: { status: 'unchanged', detail: `${names} was not acknowledged` } };
  }
  const next = (episode: Episode): Episode =>
    input.withdraw
      ? { ...episode, acknowledged: null, takenOnBy: null, withdrawn: true }
      : {
          ...episode,
          acknowledged: acknowledgementOf(episode, input),
          takenOnBy: input.by,
          withdrawn: false,
        };
  const until = input.until === undefined ? 'until it is cleared' : `until ${input.until}`;
  return {
    memory: {
      ...memory,
      revision: memory.revision + 1,
      episodes: memory.episodes.map((episode) => (changed.includes(episode) ? next(episode) : episode)),
    },
    result: {
      status: 'ok',
      detail: input.withdraw
        ? `acknowledgement of ${names} withdrawn by ${input.by}: notified again in the next cycle`
        : `${names} acknowledged by ${input.by} ${until}; an EMERGENCY breaks through`,
    },
  };
}

function waitsForUndo(
  { episodeId, unitId, closedAt, undo }: Episode,
  input: Pick<AcknowledgeInput, 'episodeId' | 'unit'>,
): boolean {
  const isMeant = episodeId === input.episodeId || unitId === input.unit;
  return isMeant && closedAt !== null && undo !== undefined;
}

/** Whoever took it on while it ended has undone nothing yet. */
function tooLate(memory: WarehouseMemory, over: readonly Episode[]): Operated {
  const names = over.map(({ episodeId }) => episodeId).join(', ');
  const detail = `${names} is over meanwhile, and its message says what to undo`;
  return { memory, result: { status: 'already closed', detail } };
}

/** What its last message says to take back is taken back. Nothing depends on it: told counted as done. */
function markDone(memory: WarehouseMemory, over: readonly Episode[], by: string): Operated {
  const names = over.map(({ episodeId }) => episodeId).join(', ');
  return {
    memory: {
      ...memory,
      episodes: memory.episodes.map((one) => (over.includes(one) ? { ...one, undoneBy: by } : one)),
    },
    result: { status: 'ok', detail: `what ${names} had asked for is taken back: done by ${by}` },
  };
}

function acknowledgementOf(episode: Episode, { by, until }: AcknowledgeInput): Acknowledgement {
  return { by, until: until ?? null, severity: episode.latest.severity };
}

export function refuseAcknowledge(memory: WarehouseMemory, input: AcknowledgeInput): string | null {
  const { episodeId, unit, by, until } = input ?? {};
  if ((episodeId === undefined) === (unit === undefined)) {
    return 'acknowledge: expected either episodeId or unit';
  }
  return (
    (unit === undefined
      ? refuseEpisode(memory, 'acknowledge', episodeId)
      : refuseUnit(memory, 'acknowledge', unit)) ??
    refuseText('acknowledge', 'by', by) ??
    (until === undefined ? null : refuseInstant('acknowledge', 'until', until))
  );
}

export function mute(memory: WarehouseMemory, input: MuteInput): Operated {
  const added = { unit: input.unit, from: input.from ?? null, until: input.until, by: input.by };
  if (memory.lastCycle !== null && Date.parse(input.until) <= Date.parse(memory.lastCycle)) {
    return {
      memory,
      result: { status: 'unchanged', detail: `the mute of ${input.unit} is over already: ${input.until}` },
    };
  }
  const from = input.from === undefined ? 'from the next cycle' : `from ${input.from}`;
  return {
    memory: { ...memory, revision: memory.revision + 1, mutes: [...memory.mutes, added] },
    result: {
      status: 'ok',
      detail: `${input.unit} muted by ${input.by} ${from} until ${input.until}; an EMERGENCY breaks through`,
    },
  };
}

export function refuseMute(memory: WarehouseMemory, input: MuteInput): string | null {
  const { unit, from, until, by } = input ?? {};
  const refusal =
    (unit === '*' ? null : refuseUnit(memory, 'mute', unit)) ??
    refuseText('mute', 'by', by) ??
    refuseInstant('mute', 'until', until) ??
    (from === undefined ? null : refuseInstant('mute', 'from', from));
  if (refusal !== null) return refusal;
  return from !== undefined && Date.parse(from) >= Date.parse(until)
    ? `mute: from ${from} is not before until ${until}`
    : null;
}

/** Ends every mute of this very unit, or of `*`, later ones included. */
export function unmute(memory: WarehouseMemory, { unit, by }: UnmuteInput): Operated {
  const mutes = memory.mutes.filter((one) => one.unit !== unit);
  if (mutes.length === memory.mutes.length) {
    return { memory, result: { status: 'unchanged', detail: `${unit} has no mute` } };
  }
  return {
    memory: { ...memory, revision: memory.revision + 1, mutes },
    result: { status: 'ok', detail: `${unit} unmuted by ${by}` },
  };
}

export function refuseUnmute(memory: WarehouseMemory, input: UnmuteInput): string | null {
  const { unit, by } = input ?? {};
  return (
    (unit === '*' || memory.mutes.some((one) => one.unit === unit)
      ? null
      : refuseUnit(memory, 'unmute', unit)) ?? refuseText('unmute', 'by', by)
  );
}

/** A verdict is kept for a closed episode too; its status says that nothing else comes of it. */
export function recordFeedback(memory: WarehouseMemory, input: FeedbackInput): Operated {
  const isOpen = openEpisodes(memory).some(({ episodeId }) => episodeId === input.episodeId);
  const { episodeId, verdict, reason, by } = input;
  return {
    memory: {
      ...memory,
      feedback: keepVerdict(memory.feedback, { episodeId, verdict, reason: reason ?? null, by }),
    },
    result: {
      status: isOpen ? 'ok' : 'already closed',
      detail: `feedback "${verdict}" of ${by} on ${episodeId} is recorded`,
    },
  };
}

export function refuseFeedback(memory: WarehouseMemory, input: FeedbackInput): string | null {
  const { episodeId, verdict, reason, by, proven } = input ?? {};
  if (verdict !== 'right' && verdict !== 'wrong') {
    return `recordFeedback: verdict is ${JSON.stringify(verdict)}, expected "right" or "wrong"`;
  }
  return (
    refuseEpisode(memory, 'recordFeedback', episodeId) ??
    (proven === true || isKnown(memory, episodeId)
      ? null
      : `recordFeedback: ${episodeId} is no episode that warehouse ${memory.warehouse} remembers: alertHistory lists the last hour`) ??
    refuseText('recordFeedback', 'by', by) ??
    (reason === undefined ? null : refuseText('recordFeedback', 'reason', reason))
  );
}

/** Open, not wholly told of, or labelled in one of the remembered cycles. */
function isKnown(memory: WarehouseMemory, episodeId: string): boolean {
  return memory.episodes.some((episode) => episode.episodeId === episodeId) || hasLabelled(memory, episodeId);
}

/** Closed ones are forgotten, so an id has to be right in form alone: `{unit_id}:{direction or DATA}:{start}`. */
function refuseEpisode(memory: WarehouseMemory, what: string, episodeId: unknown): string | null {
  const [, unit, start] =
    /^([^:]+):(?:HIGH|LOW|DATA):(.+)$/.exec(typeof episodeId === 'string' ? episodeId : '') ?? [];
  const isOurs = unit === memory.warehouse || unit?.startsWith(`${memory.warehouse}_`);
  return isOurs && start !== undefined && isCycleId(start)
    ? null
    : `${what}: ${JSON.stringify(episodeId) ?? 'nothing'} is no episode of warehouse ${memory.warehouse}: alertState lists the open ones`;
}

function refuseUnit(memory: WarehouseMemory, what: string, unit: unknown): string | null {
  if (typeof unit === 'string' && (unit === memory.warehouse || Object.hasOwn(memory.units, unit)))
    return null;
  if (typeof unit === 'string' && openEpisodes(memory).some(({ unitId }) => unitId === unit)) return null;
  return `${what}: ${JSON.stringify(unit) ?? 'nothing'} is no unit of warehouse ${memory.warehouse}: alertState lists its units and episodes`;
}

function refuseText(what: string, name: string, value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_LIMIT
    ? null
    : `${what}: ${name} is missing or too long, expected 1 to ${TEXT_LIMIT} characters`;
}

function refuseInstant(what: string, name: string, value: unknown): string | null {
  return typeof value === 'string' && parseInstant(value) !== null
    ? null
    : `${what}: ${name} is ${JSON.stringify(value) ?? 'missing'}, ${INSTANT_EXPECTED}`;
}
