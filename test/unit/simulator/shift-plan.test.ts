import { describe, expect, it } from 'vitest';
import { drawLayout, type WarehouseLayout } from '../../../src/simulator/layout.ts';
import { createLocalClock } from '../../../src/simulator/local-clock.ts';
import { createShiftPlan } from '../../../src/simulator/shift-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (iso: string) => Date.parse(iso);

const layoutOf = (given: Partial<WarehouseLayout> = {}): WarehouseLayout => ({
  ...drawLayout({ seed: 1, code: 'FRA1', roundTheClock: true }),
  breakGroups: 3,
  breakMin: 30,
  firstBreakMin: 120,
  staggerMin: 40,
  departureEveryHours: 3,
  departureMinute: 30,
  ...given,
});
const planIn = (timezone: string, given: Partial<WarehouseLayout> = {}) =>
  createShiftPlan(layoutOf(given), createLocalClock(timezone), 1);

describe('shifts', () => {
  it.each([
    ['UTC', '2026-03-02T10:00:00Z', '2026-03-02T06:00:00Z', '2026-03-02T14:00:00Z'],
    ['Europe/Berlin', '2026-03-02T04:59:59Z', '2026-03-01T21:00:00Z', '2026-03-02T05:00:00Z'],
    ['Europe/Berlin', '2026-07-02T05:00:00Z', '2026-07-02T04:00:00Z', '2026-07-02T12:00:00Z'],
    ['America/New_York', '2026-03-02T03:30:00Z', '2026-03-02T03:00:00Z', '2026-03-02T11:00:00Z'],
    ['Asia/Kolkata', '2026-03-02T10:00:00Z', '2026-03-02T08:30:00Z', '2026-03-02T16:30:00Z'],
    // The clocks go forward: the night is an hour shorter.
    ['Europe/Berlin', '2026-03-29T02:00:00Z', '2026-03-28T21:00:00Z', '2026-03-29T04:00:00Z'],
    // The clocks go back: the night is an hour longer.
    ['Europe/Berlin', '2026-10-25T02:00:00Z', '2026-10-24T20:00:00Z', '2026-10-25T05:00:00Z'],
  ])('in %s at %s runs the shift %s to %s', (timezone, now, start, end) => {
    const shift = planIn(timezone).shiftAt(at(now));
    expect(shift && [shift.start, shift.end]).toEqual([at(start), at(end)]);
  });

  it('cover every hour of a year without a gap where work goes on round the clock', () => {
    const shifts = planIn('Europe/Berlin').shiftsBetween(
      at('2026-01-01T00:00:00Z'),
      at('2027-01-01T00:00:00Z'),
    );
    expect(shifts.length).toBeGreaterThan(1090);
    expect(shifts.slice(1).map(({ start }) => start)).toEqual(shifts.slice(0, -1).map(({ end }) => end));
  });

  it('leave the night empty where the warehouse closes', () => {
    const plan = planIn('UTC', { shiftHours: [6, 14], closesHour: 22 });
    expect(plan.shiftAt(at('2026-03-02T23:00:00Z'))).toBeNull();
    expect(plan.shiftAt(at('2026-03-02T06:00:00Z'))).toMatchObject({ opens: true, closes: false });
    expect(plan.shiftAt(at('2026-03-02T21:59:00Z'))).toMatchObject({ opens: false, closes: true });
    const [line] = layoutOf().lines;
    if (!line) throw new Error('a warehouse has lines');
    expect(plan.presence(line, at('2026-03-02T23:00:00Z')).planned.PACK).toBe(0);
    // Picking ends early, so that the line runs empty.
    const late = plan.presence(line, at('2026-03-02T21:45:00Z')).planned;
    expect([late.PICK, late.PACK > 0]).toEqual([0, true]);
  });
});

describe('staff', () => {
  const plan = planIn('UTC');
  const line = layoutOf().lines.find((each) => {
    const shift = plan.shiftAt(at('2026-03-02T08:00:00Z'));
    return shift && !plan.isDrainShift(each, shift);
  });
  if (!line) throw new Error('expected a line without a planned drain that morning');
  const awayAt = (iso: string) => {
    const { planned, onBreak } = plan.presence(line, at(iso));
    return onBreak.PICK / (planned.PICK + onBreak.PICK);
  };

  it('goes to its break a group at a time', () => {
    expect(awayAt('2026-03-02T07:59:00Z')).toBe(0);
    expect(awayAt('2026-03-02T08:00:00Z')).toBeCloseTo(1 / 3, 1);
    expect(awayAt('2026-03-02T08:29:00Z')).toBeCloseTo(1 / 3, 1);
    expect(awayAt('2026-03-02T08:30:00Z')).toBe(0);
    expect(awayAt('2026-03-02T08:40:00Z')).toBeCloseTo(1 / 3, 1);
  });

  it('comes back a little late, and is complete in the end', () => {
    const presentAt = (minutes: number) =>
      plan.presence(line, at('2026-03-02T08:30:00Z') + minutes * MINUTE).present.PICK;
    const planned = plan.presence(line, at('2026-03-02T08:30:00Z')).planned.PICK;
    expect(presentAt(0)).toBeLessThan(planned);
    expect(presentAt(5)).toBe(planned);
  });

  it('one group away is no standstill, all pickers away is one, and so is the time to fill again', () => {
    expect(plan.isStandstill(line, 'PACK', at('2026-03-02T08:10:00Z'))).toBe(false);
    const shifts = plan.shiftsBetween(at('2026-03-02T00:00:00Z'), at('2026-03-30T00:00:00Z'));
    const drains = shifts.filter((shift) => plan.isDrainShift(line, shift));
    expect(drains.length / shifts.length).toBeGreaterThan(0.1);
    expect(drains.length / shifts.length).toBeLessThan(0.4);
    const drained = drains[0];
    const pickers = drained ? plan.groupsOf(line, drained).filter(({ process }) => process === 'PICK') : [];
    const start = pickers[0]?.breakStart ?? Number.NaN;
    expect(new Set(pickers.map(({ breakStart }) => breakStart))).toEqual(new Set([start]));
    expect(plan.nextDeparture(start) - start).toBe(40 * MINUTE);
    expect(plan.isStandstill(line, 'PACK', start)).toBe(true);
    expect(plan.isStandstill(line, 'PACK', start + 45 * MINUTE)).toBe(true);
    expect(plan.isStandstill(line, 'PACK', start + 60 * MINUTE)).toBe(false);
    expect(plan.presence(line, start).planned.PACK).toBeGreaterThan(0);
  });
});

describe('departures', () => {
  it.each([
    ['UTC', '2026-03-02T10:00:00Z', '2026-03-02T12:30:00Z'],
    ['UTC', '2026-03-02T12:30:00Z', '2026-03-02T15:30:00Z'],
    ['Europe/Berlin', '2026-03-02T10:00:00Z', '2026-03-02T11:30:00Z'],
  ])('in %s at %s the next one is %s', (timezone, now, departure) => {
    expect(planIn(timezone).nextDeparture(at(now))).toBe(at(departure));
  });

  it('always lie ahead, in the hours when clocks change too', () => {
    const plan = planIn('Europe/Berlin');
    for (let ts = at('2026-10-24T12:00:00Z'); ts < at('2026-10-25T12:00:00Z'); ts += HOUR / 4) {
      const wait = plan.nextDeparture(ts) - ts;
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(4 * HOUR);
      expect(plan.departurePhase(ts)).toBeGreaterThanOrEqual(0);
      expect(plan.departurePhase(ts)).toBeLessThan(1);
    }
  });
});

it('refuses an unknown time zone by name', () => {
  expect(() => createLocalClock('Europe/Atlantis')).toThrow(/Europe\/Atlantis/);
});
