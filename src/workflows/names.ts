// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Names that outside tools rely on. */
import type { CycleId } from '../domain/vocabulary.ts';

export const TASK_QUEUE = 'bufferwatch';

export const warehouseWorkflowId = (code: string): string => `warehouse/${code}`;

export const warehouseCycleWorkflowId = (code: string, cycleId: CycleId): string =>
  `warehouse-cycle/${code}/${cycleId}`;

export const replayCycleWorkflowId = (code: string, cycleId: CycleId, parentRunId: string): string =>
  `replay-cycle/${code}/${cycleId}/${parentRunId}`;

/** Update id of a confirmation: one per episode, transition and channel. */
export const confirmationId = (episodeId: string, sequence: number, channel: string): string =>
  `${episodeId}/${sequence}/${channel}`;
