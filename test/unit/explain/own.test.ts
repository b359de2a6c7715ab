/** What is said where a warehouse or one of its sources is asked about. */
import { expect, test } from 'vitest';
import { explainOwnFacts, ownFacts } from '../../../src/domain/explain/own.ts';

const health = (source: 'wes_stock' | 'wcs_counters') => ({
  ...{ source, ageMin: 2, refreshMin: 5, usable: true, units: 4, served: 4, doubted: 0, defects: [] },
});
const series = {
  health: [health('wes_stock'), health('wcs_counters')],
  leftOver: [
    { source: 'wcs_counters' as const, name: 'X', detail: 'WES knows no path X', stopped: false },
    { source: 'unit_override' as const, name: 'Y', detail: 'no source knows Y', stopped: false },
  ],
  renamed: [{ workpool: 'SINGLES', from: 'LANE-1', to: 'L-01' }],
  blind: [],
};

test('a source speaks for itself alone', () => {
  expect(explainOwnFacts(ownFacts(series, 'wcs_counters')).join('\n').replaceAll(/ +/g, ' ').trim()).toBe(
    [
      'health wcs_counters: newest reading 2 min old, due every 5; 4 of 4 units have it',
      ' blind none',
      ' left over WES knows no path X (wcs_counters)',
      ' renamed none',
      ' moved none',
    ].join('\n'),
  );
});

test('a warehouse speaks for all of them', () => {
  const text = explainOwnFacts(ownFacts(series, null)).join('\n');
  for (const part of ['wes_stock: newest', 'wcs_counters: newest', 'no source knows Y', 'L-01'])
    expect(text).toContain(part);
});
