import { describe, expect, it } from 'vitest';
import type { Transition } from '../../../src/domain/alerting.ts';
import { escalationSteps } from '../../../src/domain/route.ts';
import { ESCALATING } from './escalation-scenarios.ts';
import { createPureSubject } from './pure-subject.ts';
import { composeInput, high } from './scenario.ts';

const UNIT = { warehouse: 'FRA1', workpool: 'SINGLES', unitType: 'INDUCT' } as const;
const CRITICAL = high({ severity: 'CRITICAL' });

describe('escalationSteps', () => {
  it.each([
    ['WARNING', []],
    ['CRITICAL', ['#shift-lead 10', '#site-lead 20']],
    ['EMERGENCY', ['#shift-lead 10', '#site-lead 20']],
  ] as const)('%s: %o, whatever the order of the rows', (severity, expected) => {
    for (const routes of [ESCALATING, ESCALATING.toReversed()])
      expect(
        escalationSteps(routes, UNIT, severity).map((each) => `${each.channel} ${each.afterMin}`),
      ).toEqual(expected);
  });

  it('of another warehouse: none', () => {
    expect(escalationSteps(ESCALATING, { ...UNIT, warehouse: 'LEJ1' }, 'CRITICAL')).toEqual([]);
  });
});

describe('the outbox of an escalation', () => {
  it('goes to the first route and to what was added, and is done when each has confirmed', async () => {
    const subject = createPureSubject();
    const outboxOf = async (c: number): Promise<Transition[]> => {
      const { revision } = await subject.alertState();
      const input = composeInput(
        { c, units: { U1: CRITICAL }, input: { rules: 2, routes: ESCALATING } },
        revision,
        c,
      );
      await subject.decide(input);
      return subject.takeOutbox({ cycleId: input.cycleId, sender: `sender-${c}` });
    };
    const confirm = (transition: Transition, channel: string) =>
      subject.confirm({
        episodeId: transition.episodeId,
        sequence: transition.sequence,
        channel,
        deliveredTo: channel,
        channelId: `C${channel.slice(1)}`,
        messageTs: '1.0001',
        replyTs: null,
        postedAt: '2026-03-02T08:00:10Z',
        error: null,
      });
    const [first] = await outboxOf(1);
    if (!first) throw new Error('a NEW expected');
    expect(first).toMatchObject({ channels: ['#flow'] });
    expect(first.escalatedTo).toBeUndefined();
    await confirm(first, '#flow');
    expect(await outboxOf(2)).toEqual([]);
    const [second] = await outboxOf(3);
    if (!second) throw new Error('an escalation expected');
    expect(second).toMatchObject({
      reason: 'escalated',
      channels: ['#flow', '#shift-lead'],
      escalatedTo: ['#shift-lead'],
    });
    await confirm(second, '#flow');
    // One channel is still owed: the next sender gets it again, with what is done.
    const [again] = await outboxOf(4);
    expect(again).toMatchObject({ sequence: 2, confirmed: ['#flow'] });
    await confirm(second, '#shift-lead');
    const [third] = await outboxOf(5);
    expect(third).toMatchObject({
      channels: ['#flow', '#shift-lead', '#site-lead'],
      escalatedTo: ['#site-lead'],
      messages: [{ channel: '#flow' }, { channel: '#shift-lead' }],
    });
  });
});
