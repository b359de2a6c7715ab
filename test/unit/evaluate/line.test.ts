import { describe, expect, it } from 'vitest';
import { LINE_LEAVES } from './line-leaves.ts';
import { buildMemory, evaluateFirst, recommended, type UnitSketch } from './series-builder.ts';

describe('what is to be done along the line', () => {
  it.each(LINE_LEAVES)('$direction $name', ({ units, past, direction, expect: expected }) => {
    const memory = buildMemory({ notified: past ?? [] });
    expect(recommended(evaluateFirst(units, memory), direction)).toMatchObject(expected);
  });

  it('a mere watch asks for nobody', () => {
    const lane: UnitSketch = {
      ...{ type: 'LANE', wip: 30, inflow: 1, outflow: 1, plannedOutflow: 1, plannedInflow: 1 },
      backlog: 300,
    };
    const total: UnitSketch = { wip: 40, inflow: 10, outflow: 10, plannedOutflow: 20, backlog: 300 };
    const picking = { hcActive: 3, hcPlan: 6, hcShift: 6, uphActual: 100 };
    const found = recommended(evaluateFirst([lane, { ...total, picking }]), 'LOW');
    expect(found).toMatchObject({ state: 'WATCH_LOW', action: 'NONE', branch: 'LANE.low.leave-to-total' });
  });
});

describe('goods that go round again', () => {
  const turning = (sorterFill: number, laneFill: number) => {
    const total: UnitSketch = {
      ...{ wip: 60, inflow: 4, outflow: 4, recirc: 1, sorter: { fill: sorterFill, state: 'RUN' } },
    };
    const lane: UnitSketch = { type: 'LANE', wip: laneFill };
    const rising = evaluateFirst([total, lane], undefined, (series) =>
      series.recirc.values.fill(0.1, 0, -10),
    );
    const found = recommended(rising, 'HIGH');
    return found === undefined ? null : `${found.severity} ${found.action}`;
  };

  it.each<[string, number, number, string | null]>([
    ['on a sorter with room are a few labels that nobody can read', 0.3, 50, null],
    ['on a filling sorter are an emergency', 0.85, 50, 'EMERGENCY THROTTLE_PICKING_ALL'],
    ['on a full sorter with room behind it are stopped and cleared', 0.95, 50, 'EMERGENCY EMERGENCY_STOP'],
    [
      'for want of room in a lane wait for that, which no stop makes',
      0.95,
      99,
      'EMERGENCY THROTTLE_PICKING_ALL',
    ],
  ])('%s', (_, sorterFill, laneFill, expected) => {
    expect(turning(sorterFill, laneFill)).toBe(expected);
  });
});
