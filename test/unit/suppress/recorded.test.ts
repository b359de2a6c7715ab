/** Recorded updates give the recorded results: other rules on old events would change labels in silence. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type {
  DecideInput,
  DeliveryConfirmation,
  TakeOutboxInput,
} from '../../../src/domain/suppress/contract.ts';
import { confirm, decide, takeOutbox } from '../../../src/domain/suppress/decide.ts';
import { initialMemory, type WarehouseMemory } from '../../../src/domain/suppress/memory.ts';

const payloads = z.object({ payloads: z.array(z.object({ data: z.string() })) });
const recorded = z.object({
  events: z.object({
    events: z.array(
      z.object({
        workflowExecutionUpdateAcceptedEventAttributes: z
          .object({
            acceptedRequest: z.object({
              meta: z.object({ updateId: z.string() }),
              input: z.object({ name: z.string(), args: payloads }),
            }),
          })
          .optional(),
        workflowExecutionUpdateCompletedEventAttributes: z
          .object({ meta: z.object({ updateId: z.string() }), outcome: z.object({ success: payloads }) })
          .optional(),
      }),
    ),
  }),
});

interface Recorded {
  name: string;
  input: unknown;
  result: unknown;
}

function readUpdates(): Recorded[] {
  const { events } = recorded.parse(
    JSON.parse(readFileSync(new URL('../../histories/recorded/warehouse.json', import.meta.url), 'utf8')),
  ).events;
  const results = new Map(
    events.flatMap(({ workflowExecutionUpdateCompletedEventAttributes: done }) =>
      done ? [[done.meta.updateId, decode(done.outcome.success)] as const] : [],
    ),
  );
  return events.flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => {
    if (!accepted) return [];
    const { meta, input } = accepted.acceptedRequest;
    return [{ name: input.name, input: decode(input.args), result: results.get(meta.updateId) }];
  });
}

function decode({ payloads: [first] }: z.output<typeof payloads>): unknown {
  return JSON.parse(Buffer.from(first?.data ?? '', 'base64').toString());
}

/** As `warehouse` does; the wall clock only leases and stamps, so it is left out of the comparison. */
function perform(
  memory: WarehouseMemory,
  { name, input }: Recorded,
): { memory: WarehouseMemory; result: unknown } {
  if (name === 'decide') return decide(memory, input as DecideInput);
  if (name === 'confirmDelivery') return confirm(memory, input as DeliveryConfirmation);
  if (name !== 'takeOutbox') throw new Error(`no recorded update of ${name} was expected`);
  const { memory: next, outbox } = takeOutbox(memory, input as TakeOutboxInput, 0, 0);
  return { memory: next, result: outbox };
}

const withoutClock = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'firstAttemptAt' ? undefined : each)));

describe('the recorded warehouse', () => {
  it('decides, lends and confirms as it did', () => {
    const updates = readUpdates();
    expect(updates.filter(({ name }) => name === 'decide').length).toBeGreaterThan(2);
    let memory = initialMemory('FRA1');
    for (const update of updates) {
      const done = perform(memory, update);
      expect(withoutClock(done.result)).toEqual(withoutClock(update.result));
      memory = done.memory;
    }
    expect(JSON.stringify(updates.map(({ result }) => result))).toContain('"label":"NEW"');
  });
});
