import { describe, expect, test } from 'vitest';
import { reasonInWords } from '../../../src/domain/words/reasons.ts';
import { RULES } from '../../../src/domain/resolve/rules.ts';
import { REASONS } from '../../../src/domain/suppress/reasons.ts';
import { LABELS } from '../../../src/domain/vocabulary.ts';

const every = LABELS.flatMap((label) => REASONS[label].map((reason) => ({ label, reason })));

describe('reasonInWords', () => {
  test.each(every)('$label $reason is told in a sentence of its own', ({ label, reason }) => {
    const words = reasonInWords(label, reason);
    expect(words).toMatch(/^(People are|Nobody is) .{20,}\.$/);
    const others = every.filter((other) => other.label !== label || other.reason !== reason);
    expect(others.map((other) => reasonInWords(other.label, other.reason))).not.toContain(words);
  });

  test('an alert that ended without being seen good says that nobody confirmed it', () => {
    expect(reasonInWords('CLEARED', 'expired')).toContain('Nobody has confirmed');
    expect(reasonInWords('CLEARED', 'removed')).toContain('Nobody has confirmed');
    expect(reasonInWords('CLEARED', 'recovered')).not.toContain('Nobody');
  });

  test('it names who, what and until when', () => {
    expect(reasonInWords('SUPPRESSED', 'subsumed', { winner: 'FRA1_A_TOTAL', rule: 'left_to_total' })).toBe(
      `Nobody is told separately: FRA1_A_TOTAL covers it. ${RULES.left_to_total}`,
    );
    expect(reasonInWords('SUPPRESSED', 'muted', { by: 'ana', until: '12:00 CET' })).toContain(
      'by ana until 12:00 CET',
    );
  });

  test.each([
    ['SUPPRESSED', 'brand_new', 'SUPPRESSED: brand new.'],
    ['SUPPRESSED', 'toString', 'SUPPRESSED: toString.'],
    ['NEW', '', 'NEW: no reason is recorded.'],
  ] as const)('%s %s without words is told by its name', (label, reason, words) => {
    expect(reasonInWords(label, reason)).toBe(words);
  });

  test('a rule without words is told by its name', () => {
    expect(reasonInWords('SUPPRESSED', 'held', { rule: 'old_rule' })).toContain('Rule: old rule.');
  });

  test('WATCH has no label and says so', () => {
    expect(reasonInWords(null, 'watch')).toContain('not notified');
  });
});
