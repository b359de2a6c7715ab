import { describe, expect, it, test } from 'vitest';
import {
  kindsOf,
  missedBetween,
  type NetworkFindings,
} from '../../../src/activities/report-network/kinds.ts';

const NOTHING: NetworkFindings = {
  cycleId: '2026-03-01T10:05:00Z',
  failed: [],
  absent: [],
  blind: [],
  undelivered: [],
  restored: [],
  missed: null,
};
const sourcesOf = (change: Partial<NetworkFindings>) =>
  kindsOf({ ...NOTHING, ...change }).find(({ kind }) => kind === 'sources-absent')?.findings ?? [];
const warehouses = (count: number, blind: number): NetworkFindings['blind'] =>
  Array.from({ length: count }, (_, at) => ({
    warehouse: `W${at}`,
    sources: at < blind ? ['wes_stock'] : [],
  }));

test('nothing is the matter: no alert has a finding', () => {
  expect(kindsOf(NOTHING).flatMap(({ findings }) => findings)).toEqual([]);
});

describe('a source that is blind', () => {
  it.each([
    [1, 1, false],
    [2, 1, false],
    [2, 2, true],
    [4, 1, false],
    [4, 2, true],
    [100, 4, false],
    [100, 5, true],
  ])('of %i warehouses in %i: one alert for the network: %s', (count, blind, told) => {
    expect(sourcesOf({ blind: warehouses(count, blind) })).toHaveLength(told ? 1 : 0);
  });

  it('names the warehouses, and how many more', () => {
    expect(sourcesOf({ blind: warehouses(500, 213) })[0]).toMatchObject({
      name: 'wes_stock',
      detail: expect.stringMatching(/^no usable row in 213 of 500 warehouses: W0, .*, 193 more$/),
    });
  });

  it('that failed for everyone is told once, with why', () => {
    const absent = ['wes_stock: connection refused'];
    expect(sourcesOf({ absent, blind: warehouses(10, 10) })).toEqual([
      { name: 'wes_stock', detail: 'connection refused' },
    ]);
  });
});

describe('missed cycles', () => {
  it.each([
    ['2026-03-01T10:00:00Z', null],
    ['2026-03-01T10:03:00Z', null],
    ['2026-03-01T10:05:00Z', null],
    ['2026-03-01T09:55:00Z', { count: 1, from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:00:00Z' }],
    ['2026-03-01T09:45:00Z', { count: 3, from: '2026-03-01T09:50:00Z', to: '2026-03-01T10:00:00Z' }],
  ])('the last one was at %s', (before, expected) => {
    expect(missedBetween(before, '2026-03-01T10:05:00Z', 5)).toEqual(expected);
  });
});
