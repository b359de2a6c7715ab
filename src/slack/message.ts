/** What is sent to Slack, and the mark by which a message is recognized later. */
import type { KnownBlock } from '@slack/web-api';
import type { CycleId, Environment } from '../domain/vocabulary.ts';

/** Letters and underscores only: with a dot in it Slack drops the whole metadata without a word. */
export const EVENT_TYPE = 'bufferwatch_transition';

/** `key` and `environment` together identify a message: stable across cycles, attempts and workers. */
export interface MessagePayload {
  key: string;
  environment: Environment;
  episode_id?: string;
  sequence?: number;
  /** The channel that refused, where the message stands in for it elsewhere. */
  planned?: string;
}

export interface MessageMetadata {
  event_type: string;
  event_payload: { [name: string]: string | number };
}

export interface SlackMessage {
  /** What a lock screen and a screen reader get; at most 4,000 characters. */
  text: string;
  blocks: KnownBlock[];
  metadata: MessageMetadata;
}

export function markMessage(payload: MessagePayload): MessageMetadata {
  return { event_type: EVENT_TYPE, event_payload: { ...payload } };
}

export function transitionKey(transition: { episodeId: string; sequence: number }): string {
  return `${transition.episodeId}/${transition.sequence}`;
}

export function boardKey(warehouse: string, cycleId: CycleId): string {
  return `board/${warehouse}/${cycleId}`;
}

const SUMMARY_PREFIX = 'summary/';

export function summaryKey(warehouse: string, cycleId: CycleId): string {
  return `${SUMMARY_PREFIX}${warehouse}/${cycleId}`;
}

export function isSummaryKey(key: string): boolean {
  return key.startsWith(SUMMARY_PREFIX);
}

/** A replay's messages belong to its run alone: `prefix` is that run's artifact prefix. */
export function replayKey(prefix: string, transition: { episodeId: string; sequence: number }): string {
  return `replay/${prefix}/${transitionKey(transition)}`;
}
