import { describe, expect, it } from 'vitest';
import type { Transition } from '../../../src/domain/suppress/contract.ts';
import { checkBlocks, checkText } from '../../../src/local/slack-endpoint/validate.ts';
import { EVENT_TYPE, type SlackMessage } from '../../../src/slack/message.ts';
import { MESSAGE_BUDGET, messageSize } from '../../../src/slack/limits.ts';
import { renderDevBoard } from '../../../src/slack/render-board.ts';
import { renderEpisode, renderReplay, renderReply } from '../../../src/slack/render-episode.ts';
import { renderNetworkAlert } from '../../../src/slack/render-network-alert.ts';
import { renderSummary } from '../../../src/slack/render-summary.ts';
import { evaluationOf, newTransition, recommendationOf } from './transitions.ts';

const CTX = { warehouseName: 'Frankfurt 1', timezone: 'Europe/Berlin', environment: 'prod' } as const;
const SUMMARY = { ...CTX, warehouseCode: 'FRA1', cycleId: '2026-03-02T10:05:00Z' };

function detailOf(transition: Transition) {
  return { recommendation: recommendationOf(transition), evaluation: evaluationOf(transition.unitId) };
}

function everythingSaid(message: SlackMessage): string {
  return `${message.text}\n${JSON.stringify(message.blocks)}`;
}

describe('a new episode', () => {
  const transition = newTransition();
  const message = renderEpisode(transition, detailOf(transition), CTX);

  it('reads on a lock screen: how bad, where, what, until when, what to do', () => {
    expect(message.text).toBe(
      '🔴 CRITICAL · Frankfurt 1 SINGLES INDUCT-2: overflow in 8 min (by 11:13 CET). Throttle the inflow of SINGLES INDUCT-2 by 30 %.',
    );
  });

  it.each([
    ['where', 'FRA1_SINGLES_INDUCT-2'],
    ['how full', '87 % full (261 of 300 units)'],
    ['flows', 'in 42 per min, out 31 per min'],
    ['deadline in local time', 'by 11:13 CET'],
    ['why', 'The induct takes 31 a minute while 42 arrive'],
    ['who says so', 'Said by cycle 2026-03-02T10:05:00Z, quality 92, algorithm 1.0.0'],
    ['since when', 'Since 11:00 CET'],
  ])('tells %s', (_, said) => expect(JSON.stringify(message.blocks)).toContain(said));

  it('carries its key, episode and environment', () => {
    expect(message.metadata).toEqual({
      event_type: EVENT_TYPE,
      event_payload: {
        key: 'FRA1_SINGLES_INDUCT-2:HIGH:2026-03-02T10:00:00Z/1',
        episode_id: 'FRA1_SINGLES_INDUCT-2:HIGH:2026-03-02T10:00:00Z',
        sequence: 1,
        environment: 'prod',
      },
    });
    expect(EVENT_TYPE).not.toContain('.');
  });

  it('renders from the transition alone where the artifacts have expired', () => {
    const bare = renderEpisode(transition, {}, CTX);
    expect(bare.text).toBe(message.text);
    expect(everythingSaid(bare)).not.toMatch(/undefined|null|NaN/);
  });
});

describe('what to do', () => {
  const total = { unitId: 'FRA1_SINGLES_TOTAL', actionUnitId: 'FRA1_SINGLES_TOTAL' };
  const starved = {
    unitId: 'FRA1_SINGLES_LANE-1',
    actionUnitId: 'FRA1_SINGLES_INDUCT-2',
    direction: 'LOW',
    state: 'STARVED',
  } as const;
  const skewed = {
    unitId: 'FRA1_SINGLES_LANE-1',
    actionUnitId: 'FRA1_SINGLES_LANE-2',
    action: 'REBALANCE_CAPACITY',
  } as const;
  it.each<[string, Partial<Transition>, string | null, string]>([
    [
      'more staff',
      { ...total, action: 'ADD_STAFF', quantity: 3, quantityUnit: 'persons' },
      'PACK',
      'Add 3 persons in PACK for SINGLES TOTAL',
    ],
    [
      'one person',
      { ...total, action: 'ADD_STAFF', quantity: 1, quantityUnit: 'persons' },
      'PACK',
      'Add 1 person in PACK',
    ],
    [
      'staff, number unknown',
      { ...total, action: 'ADD_STAFF', quantity: null, quantityUnit: null },
      'PACK',
      'Add staff (number not known',
    ],
    [
      'less picking',
      { ...total, action: 'THROTTLE_PICKING_ALL', quantity: 25 },
      null,
      'Throttle picking for all of SINGLES by 25 %',
    ],
    [
      'elsewhere',
      { unitId: 'FRA1_SINGLES_LANE-1', actionUnitId: 'FRA1_SINGLES_INDUCT-2' },
      null,
      'Throttle the inflow of SINGLES INDUCT-2',
    ],
    ['stop', { action: 'EMERGENCY_STOP', quantity: null, severity: 'EMERGENCY' }, null, 'STOP the inflow'],
    [
      'data',
      { action: 'CHECK_DATA', quantity: null, state: 'UNKNOWN', direction: '' },
      null,
      'nobody can see its state',
    ],
    ['nothing', { action: 'NONE', quantity: null }, null, 'Nothing to do yet'],
    [
      'nothing here',
      { action: 'NONE', quantity: null, unitId: 'FRA1_SINGLES_LANE-1', actionUnitId: 'FRA1_SINGLES_TOTAL' },
      null,
      'Nothing to do at SINGLES LANE-1 itself: see to SINGLES TOTAL.',
    ],
    [
      'what stands before it',
      { ...starved, action: 'NONE', quantity: null, cause: 'UPSTREAM_STOP' },
      null,
      'Clear SINGLES INDUCT-2 first: SINGLES LANE-1 waits for it.',
    ],
    [
      'picking that has stopped',
      {
        ...{ ...starved, action: 'NONE', quantity: null, cause: 'UPSTREAM_STOP' },
        actionUnitId: 'FRA1_SINGLES_TOTAL',
      },
      null,
      'Find out what stops picking for SINGLES: SINGLES LANE-1 waits for it.',
    ],
    [
      'a jam',
      { cause: 'JAM' },
      null,
      'Divert SINGLES INDUCT-2, clear its jam and throttle its inflow by 30 %.',
    ],
    [
      'stations elsewhere',
      { ...skewed, quantity: 2, quantityUnit: 'stations' },
      null,
      'Send part of the flow from SINGLES LANE-1 to SINGLES LANE-2 and open 2 stations there.',
    ],
    [
      'flow elsewhere',
      { ...skewed, quantity: 9, quantityUnit: 'upm' },
      null,
      'Send 9 units per minute from SINGLES LANE-1 to SINGLES LANE-2.',
    ],
    [
      'flow from elsewhere',
      { ...skewed, direction: 'LOW', state: 'STARVE_RISK', quantity: 9, quantityUnit: 'upm' },
      null,
      'Send 9 units per minute from SINGLES LANE-2 to SINGLES LANE-1.',
    ],
    [
      'flow, nobody knows how much',
      { ...skewed, quantity: null, quantityUnit: null },
      null,
      'from SINGLES LANE-1 to SINGLES LANE-2 (amount not known: judge on the floor).',
    ],
  ])('%s', (_, change, process, said) => {
    const transition = newTransition(change);
    const recommendation = recommendationOf(transition, { process });
    expect(renderEpisode(transition, { recommendation }, CTX).text).toContain(said);
  });

  it('never calls a unit without data healthy', () => {
    const transition = newTransition({
      action: 'CHECK_DATA',
      state: 'UNKNOWN',
      direction: '',
      quantity: null,
    });
    const evaluation = evaluationOf(transition.unitId, { state: 'UNKNOWN', fill: null, wipUnits: null });
    const said = everythingSaid(renderEpisode(transition, { evaluation }, CTX));
    expect(said).toContain('level unknown');
    expect(said).not.toMatch(/normal|healthy|🟢/);
  });
});

describe('the headline', () => {
  const low = { direction: 'LOW', action: 'NONE', quantity: null, ttoMin: null } as const;
  it.each<[string, Partial<Transition>]>([
    ['overflow in 8 min (by 11:13 CET)', {}],
    ['overflow in 1 min (by 11:06 CET)', { ttoMin: 1.9 }],
    ['overflow in less than a minute', { ttoMin: 0.9 }],
    ['full now', { ttoMin: 0 }],
    ['overflow in 120 min (by 13:05 CET)', { ttoMin: 120 }],
    ['filling up', { ttoMin: 120.1 }],
    ['filling up', { ttoMin: null }],
    ['overflowing now', { state: 'OVERFLOW', ttoMin: 0 }],
    ['starving in 8 min (by 11:13 CET)', { ...low, state: 'STARVE_RISK', ttsMin: 8 }],
    ['empty now', { ...low, state: 'STARVE_RISK', ttsMin: 0 }],
    ['running empty', { ...low, state: 'STARVE_RISK', ttsMin: null }],
    ['starved now', { ...low, state: 'STARVED', ttsMin: 0 }],
    // What makes it an emergency, and no time that has nothing to do with that.
    ['WCS shows a stop flag', { severity: 'EMERGENCY', alarm: 'STOP_FLAG', ttoMin: 67 }],
    ['recirculation high and rising', { severity: 'EMERGENCY', alarm: 'RECIRCULATION', ttoMin: 67 }],
    [
      'WCS shows a stop flag, overflowing now',
      { severity: 'EMERGENCY', alarm: 'STOP_FLAG', state: 'OVERFLOW', ttoMin: 0 },
    ],
  ])('%s', (said, change) => {
    const transition = newTransition({ severity: 'CRITICAL', ...change });
    const { text, blocks } = renderEpisode(transition, detailOf(transition), CTX);
    expect(text).toContain(`Frankfurt 1 SINGLES INDUCT-2: ${said}. `);
    const [headline] = said.split(' (');
    expect(JSON.stringify(blocks[0])).toContain(`SINGLES INDUCT-2: ${headline}"`);
    expect(JSON.stringify(blocks).includes('Until when')).toBe(said.includes('(by '));
    const summary = renderSummary([transition], SUMMARY);
    expect(JSON.stringify(summary.blocks)).toContain(`*SINGLES INDUCT-2* ${said}: `);
    const reply = renderReply({ ...transition, label: 'ONGOING', sequence: 2, reason: 'severity' }, {}, CTX);
    expect(reply.text).toContain(`${transition.severity}, ${said}. `);
  });
});

describe('why', () => {
  const said = 'The induct takes 31 a minute while 42 arrive; it is full in 8 minutes.';
  it.each<[string, Partial<Transition>, boolean]>([
    [`What comes next is full. ${said}`, {}, true],
    [`It is jammed. ${said}`, { cause: 'JAM' }, true],
    // What is stopped need not be jammed.
    [said, { cause: 'JAM', severity: 'EMERGENCY', alarm: 'STOP_FLAG' }, true],
    [said, { cause: 'UNKNOWN' }, true],
    ['More arrives than planned.', { cause: 'SURGE' }, false],
    ['The cause is not known.', { cause: 'UNKNOWN' }, false],
  ])('%s', (why, change, known) => {
    const transition = newTransition(change);
    const { blocks } = renderEpisode(transition, known ? detailOf(transition) : {}, CTX);
    expect(JSON.stringify(blocks)).toContain(`*Why:* ${why}"`);
  });
});

describe('data that went missing', () => {
  const stale = newTransition({ label: 'ONGOING', sequence: 2, reason: 'stale' });
  it.each([
    ['message', renderEpisode(stale, detailOf(stale), CTX)],
    ['reply', renderReply(stale, detailOf(stale), CTX)],
  ])('the %s promises nothing that was true before', (_, message) => {
    expect(message.text).toContain('no data for 20 min');
    expect(message.text).toContain('look at the floor');
    expect(everythingSaid(message)).not.toMatch(/by \d\d:\d\d|by 30 %/);
  });

  it('a unit that flaps is told so', () => {
    const said = everythingSaid(renderEpisode(newTransition({ reason: 'flapping' }), {}, CTX));
    expect(said).toContain('it goes up and down');
  });
});

describe('the end of an episode', () => {
  it.each([
    ['recovered', '✅', 'good in two cycles in a row'],
    ['expired', '⚪', 'Nobody has confirmed that the trouble is over'],
    ['removed', '⚪', 'no longer monitored'],
  ])('%s', (reason, sign, said) => {
    const transition = newTransition({
      label: 'CLEARED',
      sequence: 2,
      reason,
      cycleId: '2026-03-02T10:45:00Z',
    });
    const message = renderEpisode(transition, {}, CTX);
    expect(message.text).toContain(`${sign} Cleared · Frankfurt 1 SINGLES INDUCT-2`);
    expect(message.text).toContain(said);
    expect(message.text).toContain('11:00 CET to 11:45 CET');
    expect(renderReply(transition, {}, CTX).text).toContain(said);
    expect(renderReply(transition, {}, CTX).text.startsWith(sign)).toBe(true);
  });
});

describe('who had acknowledged it', () => {
  const cleared = newTransition({ label: 'CLEARED', sequence: 2, reason: 'recovered' });
  it.each([
    ['nobody', {}, false],
    ['a person in Slack, by name alone', { acknowledgedBy: 'alex (U012)' }, true],
    ['a person at a prompt', { acknowledgedBy: 'alex' }, true],
  ])('%s', (_, change, told) => {
    const transition = { ...cleared, ...change };
    for (const { text, blocks } of [renderEpisode(transition, {}, CTX), renderReply(transition, {}, CTX)]) {
      expect(text.endsWith(' Acknowledged by alex.')).toBe(told);
      expect(JSON.stringify(blocks).includes('Acknowledged by alex.')).toBe(told);
    }
  });

  it('takes the power out of the name', () => {
    const message = renderEpisode({ ...cleared, acknowledgedBy: '<!here>' }, {}, CTX);
    expect(everythingSaid(message)).toContain('Acknowledged by &lt;!here&gt;.');
  });
});

describe('a replay', () => {
  it('says so before anything else and carries a key of its own', () => {
    const transition = newTransition();
    const message = renderReplay(transition, detailOf(transition), CTX, 'replay/x/1');
    expect(message.text).toMatch(/^REPLAY of 11:05 CET/);
    expect(message.blocks[0]).toMatchObject({
      type: 'header',
      text: { text: expect.stringMatching(/^REPLAY/) },
    });
    expect(message.metadata.event_payload).toEqual({ key: 'replay/x/1', environment: 'prod' });
  });
});

describe('times', () => {
  it.each([
    ['Europe/Berlin', '2026-07-01T10:00:00Z', '12:08 CEST'],
    ['America/New_York', '2026-07-01T10:00:00Z', '06:08 GMT-4'],
    ['Not/AZone', '2026-07-01T10:00:00Z', '10:08 UTC'],
  ])('%s', (timezone, cycleId, said) => {
    expect(renderEpisode(newTransition({ cycleId }), {}, { ...CTX, timezone }).text).toContain(said);
  });
});

describe('limits and escaping', () => {
  const huge = 'Ü<&>'.repeat(4_000);
  const evil = '<!channel> & <https://evil.example|click>';
  const nasty = newTransition({ unitId: `FRA1_${'W'.repeat(5_000)}_${'P'.repeat(5_000)}`, reason: huge });
  const many = Array.from({ length: 400 }, (_, i) =>
    newTransition({ unitId: `FRA1_POOL-${i}_INDUCT-${i}`, severity: i === 399 ? 'EMERGENCY' : 'WARNING' }),
  );
  const board = (units: number) =>
    renderDevBoard(
      {
        warehouseCode: 'FRA1',
        cycleId: '2026-03-02T10:05:00Z',
        evaluation: {
          warehouse: 'FRA1',
          cycleId: '2026-03-02T10:05:00Z',
          algorithm: huge,
          units: Array.from({ length: units }, (_, i) =>
            evaluationOf(`FRA1_POOL-${i}_INDUCT-${i}`, { state: 'OK' }),
          ),
        },
        transitions: many,
        blind: [{ source: 'wcs_counters', share: 1 }],
      },
      { ...CTX, warehouseName: huge },
    );
  const nastyDetail = {
    recommendation: recommendationOf(nasty, { sentence: huge, algorithm: huge, process: huge }),
  };
  const nastyCtx = { ...CTX, warehouseName: huge, standsInFor: { channel: huge, error: huge } };
  const messages: [string, SlackMessage][] = [
    ['episode', renderEpisode(nasty, nastyDetail, nastyCtx)],
    ['reply', renderReply({ ...nasty, label: 'ONGOING', sequence: 2 }, nastyDetail, nastyCtx)],
    ['cleared', renderEpisode({ ...nasty, label: 'CLEARED', sequence: 2 }, nastyDetail, nastyCtx)],
    ['cleared reply', renderReply({ ...nasty, label: 'CLEARED', sequence: 2 }, nastyDetail, nastyCtx)],
    ['replay', renderReplay(nasty, nastyDetail, nastyCtx, 'replay/1')],
    ['summary', renderSummary(many, { ...SUMMARY, warehouseName: huge })],
    ['board', board(400)],
    [
      'network alert',
      renderNetworkAlert(
        {
          key: 'failed',
          status: 'open',
          title: huge,
          cycleId: '2026-03-02T10:05:00Z',
          findings: Array.from({ length: 400 }, (_, i) => ({ name: `W${i}`, detail: huge })),
          remedy: huge,
        },
        CTX,
      ),
    ],
  ];

  it.each(messages)('%s stays within every limit', (_, message) => {
    expect(() => checkBlocks(message.blocks, { isImage: () => true })).not.toThrow();
    expect(() => checkText('chat.update', message.text)).not.toThrow();
    expect(messageSize(message.text, message.blocks)).toBeLessThanOrEqual(MESSAGE_BUDGET);
  });

  it.each(messages)('%s holds no raw control sign and no broken entity', (_, message) => {
    const said = everythingSaid(message);
    expect(said).not.toMatch(/[<>]/);
    expect(said).not.toMatch(/&(?!amp;|lt;|gt;)/);
  });

  it('takes the power out of mentions and links', () => {
    const said = everythingSaid(renderEpisode(newTransition(), {}, { ...CTX, warehouseName: evil }));
    expect(said).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;');
  });

  it('counts what no longer fits, so that nothing is lost in silence', () => {
    const shown = JSON.stringify(board(400).blocks);
    const lines = shown.match(/POOL-\d+ INDUCT/g) ?? [];
    expect(shown).toContain(`${400 - lines.length} more`);
    expect(lines.length).toBeGreaterThan(50);
    expect(JSON.stringify(board(20).blocks)).not.toContain(' more');
  });

  it('names the worst first in a summary', () => {
    expect(JSON.stringify(renderSummary(many, SUMMARY).blocks[1])).toMatch(/^\{[^🚨🟠]*🚨 \*POOL-399/u);
  });
});

describe('network alert', () => {
  it.each([
    ['open', '🔴 Monitoring: 1 of 3 warehouses failed. Look at the run', 'boom'],
    ['cleared', '✅ Cleared · Monitoring: 1 of 3 warehouses failed', ''],
  ] as const)('%s', (status, text, detail) => {
    const alert = {
      key: 'failed',
      status,
      title: '1 of 3 warehouses failed',
      cycleId: '2026-03-02T10:05:00Z',
      findings: [{ name: 'FRA1', detail: 'boom' }],
      remedy: 'Look at the run',
    };
    const message = renderNetworkAlert(alert, CTX);
    expect(message.text).toBe(text);
    expect(JSON.stringify(message.blocks).includes('boom')).toBe(detail !== '');
    expect(message.metadata.event_payload['key']).toBe('network/failed');
  });
});
