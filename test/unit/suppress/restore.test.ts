import { describe, expect, it } from 'vitest';
import type { DeliveryConfirmation } from '../../../src/domain/suppress/contract.ts';
import { decide, takeOutbox } from '../../../src/domain/suppress/decide.ts';
import { LEASE_MS } from '../../../src/domain/suppress/limits.ts';
import { initialMemory, type WarehouseMemory } from '../../../src/domain/suppress/memory.ts';
import { restoreMemory } from '../../../src/domain/suppress/restore.ts';
import { composeInput, cycleIdOf, high, unitIdOf, WAREHOUSE } from './scenario.ts';

const STORED_AT = '2026-03-02T08:05:10.000Z';
const NOW = Date.parse(STORED_AT) + 60_000;
const { memory: stored } = decide(
  initialMemory(WAREHOUSE),
  composeInput({ c: 1, units: { U1: high(), U2: high() } }, 0, 1),
);
const episodeId = `${unitIdOf('U1')}:HIGH:${cycleIdOf(1)}`;
const confirmation: DeliveryConfirmation = {
  episodeId,
  sequence: 1,
  channel: '#flow',
  deliveredTo: '#flow',
  channelId: 'C1',
  messageTs: '1.000001',
  replyTs: null,
  postedAt: '2026-03-02T08:05:12.000Z',
  error: null,
};
const nothing = { storedAt: STORED_AT, confirmed: [], answers: [], handed: [] };
const outboxOf = (memory: WarehouseMemory, nowMs = NOW) =>
  takeOutbox(memory, { cycleId: cycleIdOf(2), sender: 'another' }, nowMs).outbox.map((one) => one.unitId);

describe('restoreMemory', () => {
  it('what has arrived since is not said again, and the episode knows its message', () => {
    const restored = restoreMemory(stored, { ...nothing, confirmed: [confirmation] });
    expect(outboxOf(restored)).toEqual([unitIdOf('U2')]);
    const episode = restored.episodes.find((one) => one.episodeId === episodeId);
    expect(episode).toMatchObject({ notifications: 1, messages: [{ channel: '#flow', ts: '1.000001' }] });
  });

  it('a confirmation that the memory has already changes nothing', () => {
    const once = restoreMemory(stored, { ...nothing, confirmed: [confirmation] });
    expect(restoreMemory(once, { ...nothing, confirmed: [confirmation, confirmation] })).toEqual(once);
  });

  it('what people have answered since counts, and once', () => {
    const answer = {
      kind: 'acknowledge',
      input: { episodeId, by: 'lead', id: 'click/1' },
    } as const;
    const restored = restoreMemory(stored, { ...nothing, answers: [answer, answer] });
    const { acknowledged } = restored.episodes.find((one) => one.episodeId === episodeId) ?? {};
    expect(acknowledged).toMatchObject({ by: 'lead' });
    expect(restored.operated).toEqual(['click/1']);
    expect(restored.revision).toBe(stored.revision + 1);
  });

  it('what a sender may still be sending is left to it until its lease would have ended', () => {
    const handedMs = NOW - 10_000;
    const restored = restoreMemory(stored, { ...nothing, handed: [{ episodeId, handedMs }] });
    expect(outboxOf(restored)).toEqual([unitIdOf('U2')]);
    expect(outboxOf(restored, handedMs + LEASE_MS + 1)).toContain(unitIdOf('U1'));
    expect(restored.episodes.map(({ attempted }) => attempted)).toEqual([true, false]);
  });

  it('the first cycle decided since says so, also where it is asked again; later ones do not', () => {
    const restored = restoreMemory(stored, nothing);
    const input = (c: number, memory: WarehouseMemory) =>
      composeInput({ c, units: { U1: high() } }, memory.revision, c);
    const first = decide(restored, input(2, restored));
    expect(first.result.restoredFrom).toBe(STORED_AT);
    expect(decide(first.memory, input(2, first.memory)).result.restoredFrom).toBe(STORED_AT);
    expect(decide(first.memory, input(3, first.memory)).result).not.toHaveProperty('restoredFrom');
  });
});
