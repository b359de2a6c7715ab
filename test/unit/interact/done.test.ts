/** Who acknowledges an alert in the moment in which it ends has undone nothing: neither is it kept so, nor said. */
import { describe, expect, it } from 'vitest';
import type { AlertState, Instruction } from '../../../src/domain/suppress/contract.ts';
import { createAnswer } from '../../../src/interact/answer.ts';
import { readClick, type Click } from '../../../src/interact/click.ts';
import { createTeller } from '../../../src/interact/teller.ts';
import { actionBlocks, doneBlocks, NO_ACTIONS } from '../../../src/slack/buttons.ts';
import type { NewAnswer } from '../../../src/store/answer.ts';

const episodeId = 'FRA1_SINGLES_TOTAL:HIGH:2026-03-02T10:05:00Z';
const UNIT = 'FRA1_SINGLES_TOTAL';
const CYCLE = '2026-03-02T10:05:00Z';
const UNDO: Instruction = {
  action: 'RELEASE_PICKING_ALL',
  actionUnitId: UNIT,
  quantity: 20,
  quantityUnit: 'percent',
};
const ACTIONS = { ...NO_ACTIONS, interactive: true };

/** What is kept of a click on the button of this name. */
async function keptOf(text: 'Acknowledge' | 'Done'): Promise<NewAnswer> {
  const blocks = [
    ...actionBlocks({ episodeId, unitId: UNIT, cycleId: CYCLE }, ACTIONS),
    ...doneBlocks({ episodeId, undo: UNDO }, ACTIONS),
  ];
  const button = blocks
    .flatMap((block) => (block.type === 'actions' ? block.elements : []))
    .find((each) => each.type === 'button' && each.text.text === text);
  const click = readClick({
    type: 'block_actions',
    user: { id: 'U2', username: 'alex' },
    trigger_id: 'T',
    channel: { id: 'C1' },
    message: { ts: '1.1' },
    actions: [{ ...button, action_ts: `${Date.now() / 1_000}` }],
  });
  const kept: NewAnswer[] = [];
  const answer = createAnswer({
    keep: (each) => {
      kept.push(each);
      return Promise.resolve('kept');
    },
    explain: () => Promise.resolve(''),
    answers: { openView: () => Promise.resolve(), whisper: () => Promise.resolve() },
    warn: () => undefined,
  });
  await answer('http', click as Click);
  return kept[0]!;
}

/** The note on the message of an alert that has ended since, and says what to undo. */
async function noteOf(given: NewAnswer): Promise<string> {
  const notes: string[] = [];
  const undo = { episodeId, unitId: UNIT, endedAt: CYCLE, instructions: [UNDO], doneBy: null, messages: [] };
  const message = { ts: '1.1', key: episodeId, episodeId, text: '', blocks: [], metadata: undefined };
  const teller = createTeller({
    alertState: () => Promise.resolve({ units: [], undo: [undo] } as unknown as AlertState),
    timezoneOf: () => Promise.resolve('UTC'),
    slack: {
      readThread: () => Promise.resolve([message] as never),
      update: (_channel, _ts, { blocks }) => {
        notes.push(JSON.stringify(blocks));
        return Promise.resolve();
      },
    },
    answers: { whisper: () => Promise.resolve() },
    recordTold: () => Promise.resolve(),
    warn: (error) => {
      throw error;
    },
  });
  teller.tell([{ ...given, result: { status: 'ok', detail: '' }, takenAt: Date.now() }]);
  await teller.drain();
  return notes.join('\n');
}

describe('a click on', () => {
  it('Acknowledge is of an open alert alone', async () => {
    const given = await keptOf('Acknowledge');
    expect(given.answer).toMatchObject({ kind: 'acknowledge', input: { episodeId, whileOpen: true } });
    expect(await noteOf(given)).toContain('Acknowledged by *alex*');
  });

  it('Done is of one that is over', async () => {
    const given = await keptOf('Done');
    expect(given.answer).toMatchObject({ kind: 'acknowledge', input: { episodeId } });
    expect(given.answer.input).not.toHaveProperty('whileOpen');
    expect(await noteOf(given)).toContain('Done by *alex*');
  });
});
