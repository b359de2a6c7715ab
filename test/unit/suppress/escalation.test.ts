import { describe, expect, it } from 'vitest';
import type { DeliveryConfirmation, Transition } from '../../../src/domain/suppress/contract.ts';
import type { AlertRoute } from '../../../src/domain/registry.ts';
import { escalationSteps } from '../../../src/domain/route.ts';
import { ESCALATING } from './escalation-scenarios.ts';
import { createPureSubject } from './pure-subject.ts';
import { composeInput, GOOD, high, ROUTES, type Look } from './scenario.ts';

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
      subject.confirm(confirmationOf(transition, channel));
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

describe('a route that asks for a severity', () => {
  const [all] = ROUTES;
  if (!all) throw new Error('a route expected');
  const leads: AlertRoute = { ...all, channel: '#leads', minSeverity: 'CRITICAL' };
  const site: AlertRoute = { ...all, channel: '#site', minSeverity: 'EMERGENCY' };
  const fallback: AlertRoute = { ...all, channel: '#ops', fallback: true };
  const emergency = high({ severity: 'EMERGENCY', levelAndWcsAgree: true });

  it.each<{ name: string; routes: AlertRoute[][]; looks: Look[]; rules?: number; told: string[] }>([
    {
      name: 'hears of an alert when it becomes so severe, and of all that follows',
      routes: [[all, leads, site]],
      looks: [high(), CRITICAL, emergency, GOOD, GOOD],
      told: [
        'NEW #flow',
        'ONGOING #flow #leads, first in #leads',
        'ONGOING #flow #leads #site, first in #site',
        'CLEARED #flow #leads #site',
      ],
    },
    {
      name: 'hears of one that begins so',
      routes: [[all, leads]],
      looks: [CRITICAL],
      told: ['NEW #flow #leads'],
    },
    {
      name: 'takes over from a fallback, which hears how it goes on',
      routes: [[leads, fallback]],
      looks: [high(), CRITICAL],
      told: ['NEW #ops', 'ONGOING #ops #leads, first in #leads'],
    },
    {
      name: 'that is added meanwhile hears of what gets so severe afterwards',
      routes: [[all], [all, leads]],
      looks: [high(), CRITICAL],
      told: ['NEW #flow', 'ONGOING #flow #leads, first in #leads'],
    },
    {
      name: 'of any severity that is added meanwhile waits for the next episode',
      routes: [[all], [all, { ...all, channel: '#late' }]],
      looks: [high(), CRITICAL],
      told: ['NEW #flow', 'ONGOING #flow'],
    },
    {
      name: 'by rules 2, which histories were recorded with, does not',
      routes: [[all, leads]],
      looks: [high(), CRITICAL],
      rules: 2,
      told: ['NEW #flow', 'ONGOING #flow'],
    },
  ])('$name', async ({ routes, looks, rules = 3, told }) => {
    const subject = createPureSubject();
    const said: string[] = [];
    for (const [at, look] of looks.entries()) {
      const { revision } = await subject.alertState();
      const input = { rules, routes: routes[at] ?? routes.at(-1) ?? [] };
      const step = composeInput({ c: at + 1, units: { U1: look }, input }, revision, at + 1);
      await subject.decide(step);
      for (const each of await subject.takeOutbox({ cycleId: step.cycleId, sender: `sender-${at}` })) {
        const first = each.escalatedTo === undefined ? '' : `, first in ${each.escalatedTo.join(' ')}`;
        said.push(`${each.label} ${each.channels.join(' ')}${first}`);
        for (const channel of each.channels) await subject.confirm(confirmationOf(each, channel));
      }
    }
    expect(said).toEqual(told);
  });
});

function confirmationOf({ episodeId, sequence }: Transition, channel: string): DeliveryConfirmation {
  return {
    episodeId,
    sequence,
    channel,
    deliveredTo: channel,
    channelId: `C${channel.slice(1)}`,
    messageTs: '1.0001',
    replyTs: null,
    postedAt: '2026-03-02T08:00:10Z',
    error: null,
  };
}
