import { describe, expect, it } from 'vitest';
import { isTimeZone, zoneClock } from '../../../src/domain/zone-clock.ts';

const at = Date.parse;

describe('the clock on the wall', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29T01:59:59Z'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08T03:00:00Z'],
    ['Asia/Kathmandu', '2026-03-08T07:00:00Z', '2026-03-08T12:45:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', '2026-10-04T02:30:00Z'],
    ['Pacific/Chatham', '2026-09-26T14:00:00Z', '2026-09-27T03:45:00Z'],
    ['UTC', '2026-03-08T07:00:00Z', '2026-03-08T07:00:00Z'],
  ])('in %s at %s', (zone, ts, wall) => expect(zoneClock(zone).wallAt(at(ts))).toBe(at(wall)));

  it('reads each time of an ordinary day once, and is asked back', () => {
    const clock = zoneClock('Europe/Berlin');
    for (let ts = at('2026-03-28T00:00:00Z'); ts < at('2026-03-31T00:00:00Z'); ts += 5 * 60_000)
      expect(clock.instantOf(clock.wallAt(ts))).toBe(ts);
  });

  it('reads an hour twice in autumn, of which the first is meant, and leaves one out in spring', () => {
    const clock = zoneClock('Europe/Berlin');
    expect(clock.instantOf(at('2026-10-25T02:30:00Z'))).toBe(at('2026-10-25T00:30:00Z'));
    expect(clock.instantOf(at('2026-03-29T02:30:00Z'))).toBe(at('2026-03-29T00:30:00Z'));
  });

  it('is that of UTC where the zone is not known', () => {
    expect([isTimeZone('Europe/Berlin'), isTimeZone('Mars/Olympus')]).toEqual([true, false]);
    expect(zoneClock('Mars/Olympus').wallAt(5)).toBe(5);
  });
});
