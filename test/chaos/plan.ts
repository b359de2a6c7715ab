/** What goes wrong, when and where: drawn from a seed, so that the same seed has the same plan. */
import {
  createRandom,
  drawInteger,
  drawUniform,
  drawWeighted,
  pick,
  type Random,
} from '../../src/simulator/random.ts';

export const CODES = ['FRA1', 'LEJ1', 'MUC1', 'HAM1'] as const;
const PARTS = ['worker', 'temporal', 'postgres', 'interact'] as const;
const ANSWERS = ['acknowledge', 'mute', 'right'] as const;
const METHODS = [
  'chat.postMessage',
  'chat.update',
  'conversations.history',
  'conversations.replies',
  '*',
] as const;

export type Part = (typeof PARTS)[number];
export type AnswerKind = (typeof ANSWERS)[number];

export type Fault =
  /** SIGKILL, and started again after `downMs`. */
  | { kind: 'kill'; part: Part; downMs: number }
  | { kind: 'connections'; to: 'postgres' | 'temporal'; how: 'cut' | 'reset' }
  | { kind: 'connections'; to: 'postgres' | 'temporal'; how: 'hold'; forMs: number }
  | { kind: 'warehouse'; code: string; how: 'terminate' | 'reset' | 'reset without its updates' }
  | {
      kind: 'slack';
      method: string;
      how: 'ratelimit' | '500' | 'close_before' | 'close_after' | 'slow';
      times: number;
    }
  /** Somebody presses a button; on which of the open alerts is `which`, from 0 to 1. */
  | { kind: 'answer'; button: AnswerKind; which: number };

export interface PlannedCycle {
  /** Warehouses whose floor turns from quiet to trouble or back before it. */
  turns: string[];
  /** By the moment after its start, in ms. */
  faults: { atMs: number; fault: Fault }[];
}

/** How often each kind is drawn. Whoever waits for a heartbeat to be missed waits for 10 s and more. */
const KINDS = [
  ['kill', 0.17],
  ['connections', 0.15],
  ['warehouse', 0.11],
  ['slack', 0.2],
  ['answer', 0.37],
] as const;

/** A cycle of a quiet machine is through by then. */
const WITHIN_MS = 3_500;
/** How many cycles a floor stays as it is; an alert opens after two and is cleared after four. */
const STAYS = [4, 8] as const;

export function drawPlan(seed: number, cycles: number): PlannedCycle[] {
  const random = createRandom(seed, 'chaos');
  const turnsIn = new Map<string, number>(CODES.map((code, index) => [code, index % 2]));
  return Array.from({ length: cycles }, () => {
    const turns = CODES.filter((code) => {
      const left = turnsIn.get(code) ?? 0;
      turnsIn.set(code, left === 0 ? drawInteger(random, ...STAYS) : left - 1);
      return left === 0;
    });
    const faults = Array.from({ length: drawInteger(random, 0, 3) }, () => ({
      atMs: drawInteger(random, 0, WITHIN_MS),
      fault: drawFault(random),
    }));
    return { turns, faults: faults.toSorted((a, b) => a.atMs - b.atMs) };
  });
}

function drawFault(random: Random): Fault {
  const [kind] =
    KINDS[
      drawWeighted(
        random,
        KINDS.map(([, weight]) => weight),
      )
    ] ?? KINDS[0];
  switch (kind) {
    case 'kill':
      return { kind, part: pick(random, PARTS), downMs: drawInteger(random, 0, 4_000) };
    case 'connections': {
      const to = pick(random, ['postgres', 'temporal'] as const);
      const how = pick(random, ['cut', 'cut', 'reset', 'reset', 'hold'] as const);
      return how === 'hold' ? { kind, to, how, forMs: drawInteger(random, 500, 12_000) } : { kind, to, how };
    }
    case 'warehouse':
      return {
        kind,
        code: pick(random, CODES),
        how: pick(random, ['terminate', 'reset', 'reset without its updates'] as const),
      };
    case 'slack':
      return {
        kind,
        method: pick(random, METHODS),
        how: pick(random, [
          'ratelimit',
          'ratelimit',
          '500',
          '500',
          'close_before',
          'close_after',
          'close_after',
          'slow',
        ] as const),
        times: drawInteger(random, 1, 3),
      };
    default:
      return { kind, button: pick(random, ANSWERS), which: drawUniform(random, 0, 1) };
  }
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `SIGKILL ${fault.part}, down ${fault.downMs} ms`;
    case 'connections':
      return `${fault.how} ${fault.to}'s connections${fault.how === 'hold' ? ` for ${fault.forMs} ms` : ''}`;
    case 'warehouse':
      return `${fault.how} warehouse/${fault.code}`;
    case 'slack':
      return `slack ${fault.method} ${fault.how} x${fault.times}`;
    default:
      return `click ${fault.button}`;
  }
}
