import { describe, expect, it } from 'vitest';
import type { EarlierInstruction, Instruction, Transition } from '../../../src/domain/suppress/contract.ts';
import { checkBlocks, checkText } from '../../../src/local/slack-endpoint/validate.ts';
import { EVENT_TYPE, type SlackMessage } from '../../../src/slack/message.ts';
import { MESSAGE_BUDGET, messageSize } from '../../../src/slack/limits.ts';
import { renderDevBoard } from '../../../src/slack/render-board.ts';
import { renderEpisode, renderReplay, renderReply } from '../../../src/slack/render-episode.ts';
import { renderNetworkAlert } from '../../../src/slack/render-network-alert.ts';
import { renderSummary } from '../../../src/slack/render-summary.ts';
import { evaluationOf, newTransition, recommendationOf } from './transitions.ts';

/** Half a minute after the cycle. */
const NOW = Date.parse('2026-03-02T10:05:30Z');
const CTX = {
  warehouseName: 'Frankfurt 1',
  timezone: 'Europe/Berlin',
  environment: 'prod',
  now: NOW,
} as const;
const SUMMARY = { ...CTX, warehouseCode: 'FRA1', cycleId: '2026-03-02T10:05:00Z' };

function detailOf(transition: Transition) {
  return { recommendation: recommendationOf(transition), evaluation: evaluationOf(transition.unitId) };
}

function everythingSaid(message: SlackMessage): string {
  return `${message.text}\n${JSON.stringify(message.blocks)}`;
}

/** Each text of a message as people see it. */
function linesOf({ blocks }: Pick<SlackMessage, 'blocks'>): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'header') return [block.text.text];
    if (block.type === 'section') return [block.text?.text ?? ''];
    return block.type === 'context' ? block.elements.map((each) => ('text' in each ? each.text : '')) : [];
  });
}

describe('a new episode', () => {
  const transition = newTransition();
  const message = renderEpisode(transition, detailOf(transition), CTX);

  it('reads on a lock screen: how bad, which warehouse, what to do until when, what happens where', () => {
    expect(message.text).toBe(
      '🔴 Frankfurt 1: Throttle the inflow of SINGLES INDUCT-2 by 30 % before 11:13 CET. SINGLES INDUCT-2: full in 8 min, 87 % full (261 of 300).',
    );
  });

  it('says what to do first, then what happens where, then why, and no fact twice', () => {
    const cycle = 'Cycle 2026-03-02T10:05:00Z, data quality 92 of 100, algorithm 1.0.0';
    expect(linesOf(message)).toEqual([
      '🔴 Throttle the inflow of SINGLES INDUCT-2 by 30 % before 11:13 CET',
      '*Frankfurt 1 SINGLES INDUCT-2:* full in 8 min, 87 % full (261 of 300)',
      '*Why:* What comes next is full. No other lane has room. In 42, out 31 a minute.',
      ...['Critical since 11:00 CET', '`FRA1_SINGLES_INDUCT-2`', cycle],
    ]);
  });

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
    expect(bare.text).toBe(message.text.replace(', 87 % full (261 of 300)', ''));
    expect(linesOf(bare)[2]).toBe('*Why:* What comes next is full.');
    expect(everythingSaid(bare)).not.toMatch(/undefined|null|NaN/);
  });
});

describe('what to do', () => {
  const lane = 'FRA1_SINGLES_LANE-2';
  it('where the action is to wait, that and why come first, and why is not told again', () => {
    const waits = newTransition({ action: 'NONE', quantity: null, unitId: lane, cause: 'SURGE' });
    const recommendation = recommendationOf(waits, { because: 'it drains by itself' });
    const [title, , why] = linesOf(renderEpisode(waits, { recommendation }, CTX));
    expect(title).toBe('🔴 Watch SINGLES LANE-2: it drains by itself');
    expect(why).toBe('*Why:* More arrives than planned.');
  });

  it('whose people: by the transition, else by the trace of what was recorded before', () => {
    const moved = newTransition({ action: 'MOVE_STAFF', quantity: 12, quantityUnit: 'persons' });
    const from = { process: 'PICK', fromProcess: 'PACK' };
    const said = 'Move 12 people from PACK to PICK in SINGLES INDUCT-2 by 11:13 CET';
    expect(renderEpisode({ ...moved, ...from }, {}, CTX).text).toContain(said);
    expect(renderEpisode(moved, { recommendation: recommendationOf(moved, from) }, CTX).text).toContain(said);
    // Of what was decided elsewhere nothing is borrowed.
    const other = recommendationOf(moved, { ...from, action: 'ADD_STAFF' });
    expect(renderEpisode(moved, { recommendation: other }, CTX).text).toContain('Move 12 people to SINGLES');
  });

  it('a header gives up what is left to judge before it is cut', () => {
    const unitId = `FRA1_${'W'.repeat(30)}_${'P'.repeat(60)}`;
    const unknown = newTransition({ unitId, quantity: null, quantityUnit: null });
    const { text, blocks } = renderEpisode(unknown, {}, CTX);
    expect(text).toContain('by 11:13 CET (how much: judge on the floor).');
    expect(linesOf({ blocks })[0]).toMatch(/^🔴 Throttle the inflow of W+ P+ by 11:13 CET$/);
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
    expect(said).toContain('nobody can see its state');
    expect(said).not.toMatch(/normal|healthy|🟢/);
  });
});

describe('what happens, and until when', () => {
  const low = { direction: 'LOW', action: 'ADD_STAFF', quantity: null, ttoMin: null } as const;
  it.each<[trouble: string, until: string, Partial<Transition>]>([
    ['full in 8 min', '11:13 CET', {}],
    ['full in 1 min', '11:06 CET', { ttoMin: 1.9 }],
    ['full in less than a minute', '', { ttoMin: 0.9 }],
    ['full', '', { ttoMin: 0 }],
    ['full in 120 min', '13:05 CET', { ttoMin: 120 }],
    ['at risk of overflow', '', { ttoMin: 120.1 }],
    ['at risk of overflow', '', { ttoMin: null }],
    ['overflowing', '', { state: 'OVERFLOW', ttoMin: 0 }],
    ['empty in 8 min', '11:13 CET', { ...low, state: 'STARVE_RISK', ttsMin: 8 }],
    ['empty', '', { ...low, state: 'STARVE_RISK', ttsMin: 0 }],
    ['at risk of running empty', '', { ...low, state: 'STARVE_RISK', ttsMin: null }],
    ['out of work', '', { ...low, state: 'STARVED', ttsMin: 0 }],
    // What makes it an emergency, and no time that has nothing to do with that.
    ['WCS shows a stop flag', '', { severity: 'EMERGENCY', alarm: 'STOP_FLAG', ttoMin: 67 }],
    [
      'more and more goes round again on the sorter',
      '',
      { severity: 'EMERGENCY', alarm: 'RECIRCULATION', ttoMin: 67 },
    ],
    [
      'WCS shows a stop flag, overflowing',
      '',
      { severity: 'EMERGENCY', alarm: 'STOP_FLAG', state: 'OVERFLOW', ttoMin: 0 },
    ],
  ])('%s, %s', (trouble, until, change) => {
    const transition = newTransition({ severity: 'CRITICAL', ...change });
    const [title, place] = linesOf(renderEpisode(transition, {}, CTX));
    expect(place).toBe(`*Frankfurt 1 SINGLES INDUCT-2:* ${trouble}`);
    expect(/(?:by|before) (\d\d:\d\d CET)/.exec(title ?? '')?.[1] ?? '').toBe(until);
    const [, line] = linesOf(renderSummary([transition], SUMMARY));
    expect(line?.endsWith(`*\nSINGLES INDUCT-2: ${trouble}`)).toBe(true);
    expect(line?.includes(` ${until || 'CET'}`)).toBe(until !== '');
    const reply = renderReply({ ...transition, label: 'ONGOING', sequence: 2, reason: 'severity' }, {}, CTX);
    expect(reply.text).toContain(`. SINGLES INDUCT-2: ${trouble}. Told again: `);
  });

  it.each([
    ['2026-03-02T10:12:59Z', 'full in 8 min', true],
    ['2026-03-02T10:13:00Z', 'expected full by now', false],
    ['2026-03-02T11:00:00Z', 'expected full by now', false],
  ])('read at %s: %s', (now, trouble, isAhead) => {
    const late = { ...CTX, now: Date.parse(now) };
    const ongoing = newTransition({ label: 'ONGOING', sequence: 2, reason: 'severity' });
    for (const message of [
      renderEpisode(newTransition(), {}, late),
      renderReply(ongoing, {}, late),
      renderSummary([newTransition()], { ...SUMMARY, now: late.now }),
    ]) {
      const said = everythingSaid(message);
      expect(said).toMatch(new RegExp(`SINGLES INDUCT-2:[* ]+${trouble}`));
      expect(said.includes('11:13')).toBe(isAhead);
    }
  });
});

it('what was to be full in less than a minute is not told so an hour later', () => {
  const soon = newTransition({ ttoMin: 0.4 });
  const at = (now: string) =>
    renderEpisode(soon, {}, { ...CTX, now: Date.parse(now) })
      .text.split(': ')
      .at(-1);
  expect(at('2026-03-02T10:05:40Z')).toBe('full in less than a minute.');
  expect(at('2026-03-02T11:05:00Z')).toBe('expected full by now.');
});

describe('a summary', () => {
  const waits = (lane: string, change: Partial<Transition> = {}) =>
    newTransition({
      ...{
        unitId: `FRA1_SINGLES_${lane}`,
        actionUnitId: 'FRA1_SINGLES_INDUCT-2',
        direction: 'LOW',
        state: 'STARVED',
        severity: 'CRITICAL',
      },
      ...{ action: 'NONE', cause: 'UPSTREAM_STOP', quantity: null, quantityUnit: null, ...change },
    });

  it('says once what is done once, with everybody whom it helps', () => {
    const [, ...lines] = linesOf(
      renderSummary([waits('LANE-2'), waits('LANE-1'), waits('LANE-3', { severity: 'WARNING' })], SUMMARY),
    );
    expect(lines.slice(0, -1).join('\n')).toBe(
      [
        '🔴 *Clear SINGLES INDUCT-2 first*',
        'SINGLES LANE-1, SINGLES LANE-2: out of work',
        '🟠 *Clear SINGLES INDUCT-2 first: SINGLES LANE-3 waits for it*',
        'SINGLES LANE-3: out of work',
      ].join('\n'),
    );
  });
});

describe('why', () => {
  it.each<[string, Partial<Transition>, boolean]>([
    ['What comes next is full. No other lane has room. In 42, out 31 a minute.', {}, true],
    ['It is jammed. No other lane has room. In 42, out 31 a minute.', { cause: 'JAM' }, true],
    // What is stopped need not be jammed.
    [
      'No other lane has room. In 42, out 31 a minute.',
      { cause: 'JAM', severity: 'EMERGENCY', alarm: 'STOP_FLAG' },
      true,
    ],
    ['No other lane has room. In 42, out 31 a minute.', { cause: 'UNKNOWN' }, true],
    ['More arrives than planned.', { cause: 'SURGE' }, false],
    ['The cause is not known.', { cause: 'UNKNOWN' }, false],
  ])('%s', (why, change, known) => {
    const transition = newTransition(change);
    const lines = linesOf(renderEpisode(transition, known ? detailOf(transition) : {}, CTX));
    expect(lines[2]).toBe(`*Why:* ${why}`);
  });

  it('never the instruction again', () => {
    const transition = newTransition();
    const [title = '', , why = ''] = linesOf(renderEpisode(transition, detailOf(transition), CTX));
    expect(title).toContain('Throttle');
    expect(why).not.toMatch(/throttle|30 %/i);
  });
});

describe('what people were told before', () => {
  const now = { label: 'ONGOING', sequence: 2, reason: 'quantity', cycleId: '2026-03-02T10:20:00Z' } as const;
  const earlier: Omit<EarlierInstruction, 'stays'> = {
    action: 'ADD_STAFF',
    quantity: 3,
    quantityUnit: 'persons',
    process: 'PACK',
    actionUnitId: 'FRA1_SINGLES_TOTAL',
    cycleId: '2026-03-02T10:05:00Z',
  };
  it.each([
    [true, 'On top of what was said at 11:05, which stays: Add 3 packers to SINGLES.'],
    [false, 'Instead of what was said at 11:05: Add 3 packers to SINGLES.'],
  ])('where that one stays (%s)', (stays, said) => {
    const transition = newTransition({ ...now, earlier: { ...earlier, stays } });
    for (const message of [renderEpisode(transition, {}, CTX), renderReply(transition, {}, CTX)])
      expect(linesOf(message).join('\n')).toContain(`\n${said}`);
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
  const ended = (change: Partial<Transition>) =>
    newTransition({ label: 'CLEARED', sequence: 2, cycleId: '2026-03-02T10:45:00Z', ...change });
  const NOT_SEEN = ' Nobody has confirmed that the trouble is over.';
  it.each([
    ['recovered', '✅ SINGLES INDUCT-2 is back to normal, the alert is over', ''],
    ['expired', '⚪ Look at SINGLES INDUCT-2 yourself: no data for 24 hours', NOT_SEEN],
    ['removed', '⚪ Look at SINGLES INDUCT-2 yourself: no longer watched', NOT_SEEN],
  ])('%s', (reason, title, more) => {
    const message = renderEpisode(ended({ reason }), {}, CTX);
    const span = `alert from 11:00 to 11:45 CET (45 min).${more}`;
    expect(linesOf(message).slice(0, 2)).toEqual([title, `*Frankfurt 1 SINGLES INDUCT-2:* ${span}`]);
    const [mark, ...rest] = title.split(' ');
    expect(message.text).toBe(`${mark} Frankfurt 1: ${rest.join(' ')}. SINGLES INDUCT-2: ${span}`);
    expect(renderReply(ended({ reason }), {}, CTX).text).toBe(
      `${mark} 11:45 CET: ${rest.join(' ')}. SINGLES INDUCT-2: ${span}`,
    );
  });

  const undo: Instruction = {
    action: 'RELEASE_PICKING_ALL',
    actionUnitId: 'FRA1_SINGLES_TOTAL',
    quantity: 30,
    quantityUnit: 'percent',
  };
  it.each([
    ['recovered', 'the risk is over'],
    ['expired', 'no data for 24 hours'],
  ])(
    '%s while what we asked for is in force: what takes it back comes first, and nothing is ticked',
    (reason, why) => {
      const transition = ended({ reason, undo });
      const said = `Raise picking for all of SINGLES back to normal, step by step: ${why}`;
      const message = renderEpisode(transition, {}, CTX);
      expect(linesOf(message)[0]).toBe(`↩️ ${said}`);
      expect(message.text).toContain(`↩️ Frankfurt 1: ${said}. `);
      for (const each of [message, renderReply(transition, {}, CTX)]) {
        expect(everythingSaid(each)).toContain('What we asked for is still in force.');
        expect(everythingSaid(each)).not.toMatch(/✅|[Nn]o action/);
        expect(everythingSaid(each)).not.toContain('Also: ');
      }
    },
  );
});

it('each further thing to undo is told', () => {
  const undo: Instruction = {
    action: 'RELEASE_INDUCT',
    actionUnitId: 'FRA1_SINGLES_INDUCT-1',
    quantity: null,
    quantityUnit: null,
  };
  const cleared = newTransition({
    label: 'CLEARED',
    sequence: 2,
    reason: 'recovered',
    undo,
    alsoUndo: [undo],
  });
  for (const message of [renderEpisode(cleared, {}, CTX), renderReply(cleared, {}, CTX)])
    expect(everythingSaid(message)).toContain(
      ' Also: Raise the inflow of SINGLES INDUCT-1 back to normal, step by step.',
    );
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
    expect(
      renderEpisode(newTransition({ cycleId }), {}, { ...CTX, timezone, now: Date.parse(cycleId) }).text,
    ).toContain(said);
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
    recommendation: recommendationOf(nasty, { because: huge, algorithm: huge, process: huge }),
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
    const lines = shown.match(/POOL-\d+ INDUCT-\d+ OK/g) ?? [];
    expect(shown).toContain(`${400 - lines.length} more`);
    expect(lines.length).toBeGreaterThan(50);
    expect(JSON.stringify(board(20).blocks)).not.toContain(' more');
  });

  it('names the worst first in a summary', () => {
    expect(JSON.stringify(renderSummary(many, SUMMARY).blocks[1])).toMatch(
      /^\{[^🚨🟠]*🚨 \*Throttle the inflow of POOL-399/u,
    );
  });
});

describe('network alert', () => {
  it.each([
    ['open', '🔴 Monitoring: 1 of 3 warehouses failed. Look at the run', 'boom'],
    ['cleared', '✅ Over · Monitoring: 1 of 3 warehouses failed', ''],
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
