import { describe, expect, test } from 'vitest';
import type { UnitLabel } from '../../../src/domain/suppress/contract.ts';
import { explainConflicts, explainLabels } from '../../../src/domain/explain/verdict.ts';
import type { Recommendation, ResolvedRecommendation } from '../../../src/domain/recommendation.ts';
import * as f from '../resolve/fixtures.ts';
import { label } from './fixtures.ts';

/** As one text, the lines that were wrapped put together again. */
const flat = (lines: string[]) => lines.join(' ').replaceAll(/\s+/g, ' ').trim();

const proposal = (change: Partial<Recommendation> = {}) =>
  f.recommendation({ unitId: f.TOTAL, action: 'THROTTLE_PICKING_ALL', ...change });

const resolved = (change: Partial<ResolvedRecommendation> = {}): ResolvedRecommendation => ({
  ...proposal(),
  held: false,
  winner: null,
  rules: [],
  ...change,
});

describe('what became of a proposal', () => {
  const conflicts = (
    one: Partial<ResolvedRecommendation>,
    before: Partial<Recommendation> = {},
    spokenFor: ResolvedRecommendation[] = [],
  ) => flat(explainConflicts([proposal(before)], [resolved(one)], spokenFor));

  test('nothing was recommended', () => {
    expect(flat(explainConflicts([], [], []))).toBe('Nothing was recommended, so nothing could conflict.');
    // What others left to it is not its own, and so no conflict.
    expect(flat(explainConflicts([], [], [resolved()]))).toContain('Nothing was recommended');
  });

  const rule = { name: 'stop_covers', detail: 'it stops' };
  test.each<[string, Partial<ResolvedRecommendation>, string]>([
    ['stands', {}, 'HIGH stands as proposed: no other unit overrules or changes it'],
    ['is changed', { rules: [rule] }, 'HIGH stands, changed by a rule'],
    ['is held', { held: true, rules: [rule] }, 'HIGH held back, covered by nobody'],
    ['is held without a rule', { held: true }, 'HIGH held back, covered by nobody'],
    ['is covered', { winner: f.INDUCT_1, rules: [rule] }, `HIGH covered by ${f.INDUCT_1}`],
    ['is covered and held', { winner: f.INDUCT_1, held: true }, `HIGH covered by ${f.INDUCT_1}`],
    ['is about data', { direction: '' }, 'DATA stands as proposed'],
  ])('it %s', (_name, one, text) => {
    const said = conflicts(one);
    expect(said.startsWith(text)).toBe(true);
    expect(said.match(/\b(stands|held back|covered by F)/g)).toHaveLength(1);
  });

  test('each rule is told with its sentence and what it found here', () => {
    const rules = [
      { name: 'stop_covers', detail: 'the sorter stands' },
      { name: 'a_rule_of_later', detail: 'who knows' },
    ];
    expect(conflicts({ rules })).toBe(
      'HIGH stands, changed by a rule Rule stop_covers: A stop covers everything that it stops, and ' +
        'everything that lies before that. Here: the sorter stands. Rule a_rule_of_later: Here: who knows.',
    );
  });

  test.each<[string, Partial<Recommendation>, Partial<ResolvedRecommendation>, string]>([
    ['nothing', {}, {}, ''],
    [
      'the amount',
      { quantity: 30, quantityUnit: 'percent' },
      { quantity: 20, quantityUnit: 'percent' },
      'Proposed was THROTTLE_PICKING_ALL, 30 %; it is now THROTTLE_PICKING_ALL, 20 %.',
    ],
    [
      'the place',
      {},
      { actionUnitId: f.INDUCT_1 },
      `Proposed was THROTTLE_PICKING_ALL, by how much is not known; it is now THROTTLE_PICKING_ALL, by how much is not known, to be done at ${f.INDUCT_1}.`,
    ],
    ['the severity', {}, { severity: 'WATCH' }, 'Severity was WARNING; it is now WATCH.'],
    ['the sentence', {}, { sentence: 'Wait.' }, 'In words: Wait.'],
    [
      'severity and sentence',
      { severity: 'CRITICAL' },
      { sentence: 'Wait.' },
      'Severity was CRITICAL; it is now WARNING. In words: Wait.',
    ],
  ])('what changed: %s', (_name, before, after, text) => {
    const stands = 'HIGH stands as proposed: no other unit overrules or changes it';
    expect(conflicts(after, before)).toBe(`${stands} ${text}`.trim());
  });

  test('it is held against the proposal of its own direction, or none', () => {
    const low = proposal({ direction: 'LOW', severity: 'CRITICAL', sentence: 'Add pickers.' });
    const text = flat(explainConflicts([low, proposal()], [resolved()], []));
    expect(text).not.toContain('Severity was');
    expect(flat(explainConflicts([low], [resolved()], []))).toBe(text);
    expect(flat(explainConflicts([low], [resolved({ direction: 'LOW' })], []))).toContain(
      'Severity was CRITICAL; it is now WARNING.',
    );
  });

  test('whom it speaks for, by the rule that came last', () => {
    const rules = [
      { name: 'data_voids_quantity', detail: 'in doubt' },
      { name: 'same_action', detail: 'same place' },
    ];
    const others = [
      resolved({ unitId: f.LANE_1, winner: f.TOTAL, rules }),
      resolved({ unitId: f.LANE_2, direction: 'LOW', action: 'NONE', winner: f.TOTAL }),
      resolved({ unitId: f.INDUCT_2, winner: f.TOTAL, rules: [{ name: 'a_rule_of_later', detail: '' }] }),
    ];
    expect(
      conflicts({}, {}, others)
        .split(/ speaks for (?=FRA1)/)
        .slice(1),
    ).toEqual([
      `${f.LANE_1} HIGH THROTTLE_PICKING_ALL, by rule same_action: Several units that call for the same action at the same place are one alert: the most severe speaks for all.`,
      `${f.LANE_2} LOW NONE`,
      `${f.INDUCT_2} HIGH THROTTLE_PICKING_ALL, by rule a_rule_of_later:`,
    ]);
  });
});

describe('what people are told', () => {
  const labels = (change: Partial<UnitLabel>, own: ResolvedRecommendation[] = []) =>
    flat(explainLabels([label(change)], own, 'Europe/Berlin'));

  test('nothing', () => {
    expect(flat(explainLabels([], [resolved()], 'Europe/Berlin'))).toBe(
      'No label and no message: no action is required, and no alert of this unit is open.',
    );
  });

  test('label, reason, what is the case now, and since when', () => {
    expect(labels({})).toBe(
      'HIGH NEW (persistent). People are told for the first time: it has lasted, or is sure enough, ' +
        'to be no blip. As of now: OVERFLOW_RISK, severity WARNING, ADD_STAFF, 3 people. ' +
        `Episode ${f.TOTAL}:HIGH:2026-03-01T10:00:00Z, since 2026-03-01 11:00 CET (2026-03-01 10:00 UTC).`,
    );
  });

  test('what is watched has no label and no episode', () => {
    const text = labels({ label: null, reason: 'watch', episodeId: null });
    expect(text).toContain('HIGH WATCH. Watched and shown, not notified');
    expect(text).not.toContain('Episode');
    expect(text).not.toContain('(watch)');
  });

  test('an episode whose id tells no time is named all the same', () => {
    expect(labels({ episodeId: 'of-old' })).toContain('Episode of-old.');
    expect(labels({ episodeId: '2026-03-01T10:00:00Z:of-old' })).toMatch(/of-old\.$/);
  });

  test('the process is no part of what is the case now, the place is', () => {
    expect(labels({ actionUnitId: f.INDUCT_1 })).toContain(
      `ADD_STAFF, 3 people, to be done at ${f.INDUCT_1}. Episode`,
    );
  });

  test.each<[string, Partial<UnitLabel>, ResolvedRecommendation[], string]>([
    [
      'the last rule of the same direction',
      { label: 'SUPPRESSED', reason: 'held' },
      [
        resolved({ direction: 'LOW', rules: [{ name: 'stop_covers', detail: '' }] }),
        resolved({
          rules: [
            { name: 'same_action', detail: '' },
            { name: 'move_back', detail: '' },
          ],
        }),
      ],
      'HIGH SUPPRESSED (held). Nobody is told: a rule holds it back. What was moved one way is not moved back within 45 minutes. As of now',
    ],
    [
      'no rule where nothing was resolved',
      { label: 'SUPPRESSED', reason: 'held' },
      [],
      'Nobody is told: a rule holds it back. As of now',
    ],
    [
      'no rule where none applied',
      { label: 'SUPPRESSED', reason: 'held' },
      [resolved()],
      'Nobody is told: a rule holds it back. As of now',
    ],
    [
      'who speaks for it',
      { label: 'SUPPRESSED', reason: 'subsumed', winner: f.INDUCT_1 },
      [],
      `Nobody is told separately: ${f.INDUCT_1} covers it. As of now`,
    ],
    [
      'that it is another action',
      { label: 'ONGOING', reason: 'action', action: 'EMERGENCY_STOP' },
      [],
      'something else is to be done now. As of now: OVERFLOW_RISK, severity WARNING, EMERGENCY_STOP',
    ],
  ])('names %s', (_name, change, own, text) => {
    expect(labels(change, own)).toContain(text);
  });

  test('every label of the unit, each by its direction', () => {
    const text = flat(
      explainLabels(
        [label(), label({ direction: 'LOW', label: 'CLEARED', reason: 'recovered' })],
        [],
        'Europe/Berlin',
      ),
    );
    expect(text.indexOf('LOW CLEARED (recovered).')).toBeGreaterThan(text.indexOf('HIGH NEW (persistent).'));
  });
});
