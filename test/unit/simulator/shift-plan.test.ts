import { describe, expect, it } from 'vitest';
import { createLocalClock, createShiftPlan } from '../../../src/simulator/shift-plan.ts';

const HOUR = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const planIn = (timezone: string) => createShiftPlan(createLocalClock(timezone), 120);

describe('the shift plan', () => {
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
    expect(new Date(shift.start).toISOString()).toBe(new Date(start).toISOString());
    expect(new Date(shift.end).toISOString()).toBe(new Date(end).toISOString());
  });

  it('covers every hour of a year without a gap', () => {
    const shifts = planIn('Europe/Berlin').shiftsBetween(
      at('2026-01-01T00:00:00Z'),
      at('2027-01-01T00:00:00Z'),
    );
    expect(shifts.length).toBeGreaterThan(1090);
    expect(shifts.slice(1).map((shift) => shift.start)).toEqual(
      shifts.slice(0, -1).map((shift) => shift.end),
    );
  });

  it('sends one third to its break at a time', () => {
    const plan = planIn('UTC');
    const presence = (iso: string) => plan.presence(at(iso));
    expect(presence('2026-03-02T07:59:59Z')).toBe(1);
    expect(presence('2026-03-02T08:00:00Z')).toBeCloseTo(2 / 3);
    expect(presence('2026-03-02T08:29:59Z')).toBeCloseTo(2 / 3);
    expect(presence('2026-03-02T08:30:00Z')).toBe(1);
    expect(presence('2026-03-02T08:40:00Z')).toBeCloseTo(2 / 3);
  });

  it.each([
    ['UTC', '2026-03-02T10:00:00Z', '2026-03-02T12:30:00Z'],
    ['UTC', '2026-03-02T12:30:00Z', '2026-03-02T15:30:00Z'],
    ['Europe/Berlin', '2026-03-02T10:00:00Z', '2026-03-02T11:30:00Z'],
  ])('in %s at %s the next departure is %s', (timezone, now, departure) => {
    expect(planIn(timezone).nextDeparture(at(now))).toBe(at(departure));
  });

  it('always has a departure ahead, in the hours when clocks change too', () => {
    const plan = planIn('Europe/Berlin');
    for (let ts = at('2026-10-24T12:00:00Z'); ts < at('2026-10-25T12:00:00Z'); ts += HOUR / 4) {
      const wait = plan.nextDeparture(ts) - ts;
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(4 * HOUR);
    }
  });

  it('refuses an unknown time zone by name', () => {
    expect(() => createLocalClock('Europe/Atlantis')).toThrow(/Europe\/Atlantis/);
  });
});
