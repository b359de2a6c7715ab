import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysBefore, markOf, PAST_DAYS, PAST_STEP_MIN } from '../../../src/domain/forecast/earlier-days.ts';
import {
  LevelHistory,
  levelsToKeep,
  marksBack,
  pastAt,
  type LevelsAt,
} from '../../../src/domain/forecast/past.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A Wednesday. */
const NOW = Date.parse('2026-03-04T10:00:00Z');

const from = (ts: number) => daysBefore(ts, { timezone: 'UTC', holidays: [] });

describe('days of the same kind', () => {
  test('a Wednesday is like the days but the two before its Monday', () => {
    const same = from(NOW).isSameKind;
    expect([1, 2, 3, 4, 5, 6, 7].map(same)).toEqual([true, true, false, false, true, true, true]);
  });

  test('a Sunday is like the Saturday before it', () => {
    const same = from(NOW - 3 * DAY_MS).isSameKind;
    expect([1, 2, 6, 7, 8].map(same)).toEqual([true, false, false, true, true]);
  });

  test('what lies further back than three weeks is like no day', () => {
    expect(from(NOW).isSameKind(PAST_DAYS + 1)).toBe(false);
  });
});

describe('what is kept', () => {
  test('a cycle on a mark keeps the levels that are known', () => {
    const units = [
      { unitId: 'A', fill: 0.5 },
      { unitId: 'B', fill: null },
    ];
    expect(levelsToKeep(NOW, units)).toEqual({ ts: NOW, fills: { A: 0.5 } });
    expect(levelsToKeep(NOW + MINUTE_MS, units)).toBeNull();
  });

  test('a cycle between two marks looks back from the mark before it', () => {
    expect(markOf(NOW + 4 * MINUTE_MS)).toBe(NOW);
    const kept = [{ ts: NOW - DAY_MS, fills: { A: 0.4 } }];
    expect(pastAt(from(NOW + 4 * MINUTE_MS), kept)('A')?.fillAt(1, 0)).toBe(0.4);
  });

  test('the marks are those around the present time of day on the 21 days before', () => {
    const marks = marksBack(from(NOW), 10, 60);
    expect(marks).toHaveLength(PAST_DAYS * (10 / 5 + 1 + 70 / 5));
    expect(Math.max(...marks)).toBe(NOW - DAY_MS + 70 * MINUTE_MS);
    expect(Math.min(...marks)).toBe(NOW - PAST_DAYS * DAY_MS - 10 * MINUTE_MS);
  });
});

describe('a history in memory', () => {
  test('tells what the kept rows tell, whatever was recorded', () => {
    const step = fc.integer({ min: 1, max: 200 });
    const fill = fc.option(fc.double({ min: 0, max: 1.2, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fill), { maxLength: 300 }), (recorded) => {
        const history = new LevelHistory();
        const kept: LevelsAt[] = [];
        let ts = NOW - 25 * DAY_MS;
        for (const [steps, value] of recorded) {
          ts += steps * PAST_STEP_MIN * MINUTE_MS;
          const units = [{ unitId: 'A', fill: value }];
          history.record(ts, units);
          const levels = levelsToKeep(ts, units);
          if (levels) kept.push(levels);
        }
        const days = from(ts + 5 * MINUTE_MS);
        const [ring, rows] = [history.readAt(days)('A'), pastAt(days, kept)('A')];
        for (let day = 1; day <= PAST_DAYS; day += 1) {
          for (let offset = -10; offset <= 70; offset += PAST_STEP_MIN) {
            expect(ring?.fillAt(day, offset) ?? null).toBe(rows?.fillAt(day, offset) ?? null);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('nothing is known of another unit, nor of an instant off the marks', () => {
    const history = new LevelHistory();
    history.record(NOW - DAY_MS + MINUTE_MS, [{ unitId: 'A', fill: 0.5 }]);
    expect(history.readAt(from(NOW))('A')).toBeNull();
    history.record(NOW - DAY_MS, [{ unitId: 'A', fill: 0.5 }]);
    expect(history.readAt(from(NOW))('B')).toBeNull();
    expect(history.readAt(from(NOW))('A')?.fillAt(1, 0)).toBe(0.5);
  });
});
