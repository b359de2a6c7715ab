/** The pure functions behind the driver's interface; the memory goes through JSON between any two steps. */
import {
  confirm,
  decide,
  refuseConfirm,
  refuseDecide,
  refuseTakeOutbox,
  takeOutbox,
} from '../../../src/domain/suppress/decide.ts';
import { LEASE_MS } from '../../../src/domain/suppress/limits.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import type { WarehouseMemory } from '../../../src/domain/suppress/memory.ts';
import * as operators from '../../../src/domain/suppress/operators.ts';
import { alertState } from '../../../src/domain/suppress/state.ts';
import type { Subject } from './scenario.ts';
import { WAREHOUSE } from './scenario.ts';

export interface PureSubject extends Subject {
  memory(): WarehouseMemory;
}

/**
 * @param clock wall clock in ms; each hand-over comes a lease later than the one before unless it says otherwise.
 * @param travel what happens to the memory between two steps.
 */
export function createPureSubject(
  clock?: () => number,
  travel: (memory: WarehouseMemory) => WarehouseMemory = throughJson,
): PureSubject {
  let memory = initialMemory(WAREHOUSE);
  let nowMs = Date.parse('2026-03-02T08:00:00Z');
  const tick = clock ?? ((): number => (nowMs += LEASE_MS + 1));
  const keep = <R>({ memory: next, result }: { memory: WarehouseMemory; result: R }): R => {
    memory = travel(next);
    return result;
  };
  const refuseWith = (message: string | null): void => {
    if (message !== null) throw new Error(message);
  };
  return {
    memory: () => memory,
    decide: async (input) => {
      const refusal = refuseDecide(memory, input);
      if (refusal !== null) throw new Error(`${refusal.type}: ${refusal.message}`);
      return keep(decide(memory, input));
    },
    takeOutbox: async (input) => {
      refuseWith(refuseTakeOutbox(memory, input));
      const { memory: next, outbox } = takeOutbox(memory, input, tick());
      return keep({ memory: next, result: outbox });
    },
    confirm: async (confirmation) => {
      refuseWith(refuseConfirm(memory, confirmation));
      keep(confirm(memory, confirmation));
    },
    acknowledge: async (input) => {
      refuseWith(operators.refuseAcknowledge(memory, input));
      return keep(operators.acknowledge(memory, input));
    },
    mute: async (input) => {
      refuseWith(operators.refuseMute(memory, input));
      return keep(operators.mute(memory, input));
    },
    unmute: async (input) => {
      refuseWith(operators.refuseUnmute(memory, input));
      return keep(operators.unmute(memory, input));
    },
    alertState: async () => alertState(memory, {}),
    restart: async () => {
      memory = throughJson(memory);
    },
  };
}

function throughJson(memory: WarehouseMemory): WarehouseMemory {
  return JSON.parse(JSON.stringify(memory));
}
