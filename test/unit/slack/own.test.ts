/** What a warehouse says of itself, as people read it. */
import { describe, expect, it } from 'vitest';
import { evaluateWarehouse } from '../../../src/domain/evaluate/warehouse.ts';
import { renderEpisode } from '../../../src/slack/render-episode.ts';
import { newTransition } from './transitions.ts';

const CTX = {
  warehouseName: 'Frankfurt 1',
  timezone: 'Europe/Berlin',
  environment: 'prod',
  now: Date.parse('2026-03-02T10:05:30Z'),
} as const;
const SERIES = {
  warehouse: 'FRA1',
  snapshotTs: 0,
  units: [],
  paths: [],
  doubts: [],
  refused: [],
  health: [],
  blind: [],
  leftOver: [
    {
      source: 'wcs_counters' as const,
      name: 'X',
      detail: 'WCS shows DEV-9 of path X stopped; WES knows no path X',
      stopped: true,
    },
  ],
};
const [stop, notice] = evaluateWarehouse(SERIES, '1.0.0').map((one) => ({
  ...one,
  rules: [],
  winner: null,
  held: false,
}));

function textOf(recommendation: typeof stop, change: Parameters<typeof newTransition>[0] = {}): string {
  if (!recommendation) throw new Error('nothing is recommended');
  const { unitId, actionUnitId, direction, state, cause, action, severity, alarm } = recommendation;
  const transition = newTransition({
    ...{ unitId, actionUnitId, direction, state, cause, action, severity },
    ...(alarm === null ? {} : { alarm }),
    ...{ quantity: null, quantityUnit: null, ttoMin: null, unitType: 'TOTAL', workpool: '' },
    ...change,
  });
  return renderEpisode(transition, { recommendation }, CTX).text;
}

describe('a warehouse says', () => {
  it('where the stop is that no unit shows', () => {
    expect(textOf(stop)).toBe(
      '🚨 Frankfurt 1: Find what stands still and STOP what flows there now: WCS shows DEV-9 of path X stopped; WES knows no path X. FRA1: WCS shows a stop flag.',
    );
  });

  it('which names fit nothing', () => {
    expect(textOf(notice)).toBe(
      '🟠 Frankfurt 1: Check the names in the sources of FRA1. FRA1: names in its sources do not fit together.',
    );
  });

  it('at the end what takes the stop back', () => {
    const undo = {
      action: 'RELEASE_INDUCT',
      actionUnitId: 'FRA1',
      quantity: null,
      quantityUnit: null,
    } as const;
    expect(textOf(stop, { label: 'CLEARED', reason: 'recovered', undo })).toContain(
      'Raise the inflow of what stood still back to normal, step by step',
    );
  });
});
