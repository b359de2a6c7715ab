/** What came of one delivery attempt: posted, failed for good, failing for now, waiting. */
import { ApplicationFailure } from '@temporalio/common';
import type { DeliveryConfirmation, Transition } from '../../domain/suppress/contract.ts';
import type { CycleId } from '../../domain/vocabulary.ts';
import { SlackFinalError, SlackRateLimited } from '../../slack/errors.ts';
import type { ArtifactRef } from '../../store/artifact.ts';
import { messageOf } from '../../failures/errors.ts';
import { FAILURE } from '../../failures/failures.ts';
import { applicationFailure } from '../../failures/temporal-failures.ts';

export interface DeliveryFailure {
  episodeId: string;
  channel: string;
  error: string;
}

export interface DeliverResult {
  /** Messages sent or found in this attempt, each per episode, sequence and channel; dev's board not counted. */
  delivered: number;
  /** Left in the outbox, each with why. */
  failed: DeliveryFailure[];
  /** Milliseconds from the snapshot to each confirmed message. */
  latencyMs: number[];
  ref: ArtifactRef;
}

/** Body of the `deliver` artifact: what was posted where, in one attempt. */
export interface DeliverBody {
  warehouse: string;
  cycleId: CycleId;
  mode: 'live' | 'replay';
  attempt: number;
  posted: PostRecord[];
  failed: DeliveryFailure[];
  /** Failures that pass: tried again by Temporal. */
  passing: DeliveryFailure[];
  /** Pictures that could not be added; absent: none. */
  pictures?: string[];
}

export interface PostRecord extends DeliveryConfirmation {
  label: Transition['label'] | 'BOARD' | 'REPLAY';
  /** It was there already: an earlier try had been accepted. */
  found: boolean;
  latencyMs: number;
}

/** History lags by seconds: what may have been posted without being known of is looked for no sooner. */
const HISTORY_LAG_MS = 5_000;

/** Why something can't go out now, and whether that passes by itself. */
export interface Wait {
  error: string;
  passes: boolean;
}

export interface Report {
  readonly posted: readonly PostRecord[];
  /** A place is an episode in a channel, or a whole channel. null: nothing holds it up. */
  waitFor(place: string, channel: string): Wait | null;
  /** An episode's transitions keep their order: after one that waits, the later ones wait too. */
  postpone(of: { episodeId: string; channel: string }, place: string, wait: Wait): void;
  addPosted(record: PostRecord): void;
  addFailure(of: { episodeId: string; channel: string }, place: string, failure: unknown): void;
  /** Nothing is left that will be tried again at once. */
  isThrough(): boolean;
  body(): Pick<DeliverBody, 'posted' | 'failed' | 'passing'>;
  /** @throws ApplicationFailure `DeliveryIncomplete`, retryable, where something failed that passes. */
  settle(ref: ArtifactRef): DeliverResult;
}

export function createReport(): Report {
  const posted: PostRecord[] = [];
  const failed: DeliveryFailure[] = [];
  const passing: DeliveryFailure[] = [];
  const waiting = new Map<string, Wait>();
  let retryDelayMs = 0;

  return {
    posted,
    waitFor: (place, channel) => waiting.get(place) ?? waiting.get(channel) ?? null,
    postpone,
    addPosted: (record) => posted.push(record),
    addFailure(of, place, failure) {
      const error = messageOf(failure);
      const refused = failure instanceof ApplicationFailure && failure.nonRetryable === true;
      const wait = { error, passes: !(failure instanceof SlackFinalError || refused) };
      postpone(of, place, wait);
      if (failure instanceof SlackRateLimited) {
        waiting.set(of.channel, wait);
        retryDelayMs = Math.max(retryDelayMs, failure.retryAfterSec * 1_000);
      }
      // An answer that was lost, or a confirmation that could not be written down.
      else if (wait.passes) retryDelayMs = Math.max(retryDelayMs, HISTORY_LAG_MS);
    },
    isThrough: () => passing.length === 0,
    body: () => ({ posted, failed, passing }),
    settle(ref) {
      const result = {
        delivered: posted.filter(({ label }) => label !== 'BOARD').length,
        failed,
        latencyMs: posted.filter(isConfirmed).map(({ latencyMs }) => latencyMs),
        ref,
      };
      if (passing.length > 0) throw incomplete(passing, result, retryDelayMs);
      return result;
    },
  };

  function postpone(of: { episodeId: string; channel: string }, place: string, wait: Wait): void {
    waiting.set(place, wait);
    const { episodeId, channel } = of;
    (wait.passes ? passing : failed).push({ episodeId, channel, error: wait.error });
  }
}

/** A board or a replay belongs to no episode: nothing is confirmed of it. */
function isConfirmed({ label }: PostRecord): boolean {
  return label !== 'BOARD' && label !== 'REPLAY';
}

function incomplete(passing: DeliveryFailure[], result: DeliverResult, delayMs: number): ApplicationFailure {
  const first = passing[0];
  const rest = passing.length > 1 ? ` (and ${passing.length - 1} more)` : '';
  return applicationFailure(
    FAILURE.DeliveryIncomplete,
    `not delivered yet: ${first?.episodeId} to ${first?.channel}: ${first?.error}${rest}`,
    { ...(delayMs > 0 ? { nextRetryDelay: delayMs } : {}), details: [result] },
  );
}
