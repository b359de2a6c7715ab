import { describe, expect, it } from 'vitest';
import { cycleTime, type CycleTimeInput } from '../../../src/domain/cycle-time.ts';

const at = (text: string) => Date.parse(text);
const scheduled = (over: Partial<CycleTimeInput>): CycleTimeInput => ({
  nominalMs: at('2026-03-01T10:05:00Z'),
  startedMs: at('2026-03-01T10:05:00Z'),
  firstTaskMs: at('2026-03-01T10:05:01Z'),
  reset: false,
  intervalMinutes: 5,
  ...over,
});

describe('cycleTime', () => {
  it.each([
    ['a scheduled run looks at its nominal time', {}, '2026-03-01T10:05:00Z', 'live'],
    [
      'nominal times are floored to the minute',
      {
        nominalMs: at('2026-03-01T10:05:42Z'),
        startedMs: at('2026-03-01T10:05:42Z'),
        firstTaskMs: at('2026-03-01T10:05:43Z'),
      },
      '2026-03-01T10:05:00Z',
      'live',
    ],
    [
      'a first task exactly one interval late keeps it',
      { firstTaskMs: at('2026-03-01T10:10:00Z') },
      '2026-03-01T10:05:00Z',
      'live',
    ],
    [
      'a later one takes the newest boundary',
      { firstTaskMs: at('2026-03-01T10:23:30Z') },
      '2026-03-01T10:20:00Z',
      'live',
    ],
    [
      'a start 2 minutes late is live',
      { startedMs: at('2026-03-01T10:07:00Z'), firstTaskMs: at('2026-03-01T10:07:00Z') },
      '2026-03-01T10:05:00Z',
      'live',
    ],
    [
      'a start later than that is a backfill',
      { startedMs: at('2026-03-01T10:07:01Z'), firstTaskMs: at('2026-03-01T10:07:02Z') },
      '2026-03-01T10:05:00Z',
      'replay',
    ],
    [
      'a reset keeps the nominal time',
      { reset: true, firstTaskMs: at('2026-03-01T11:00:00Z') },
      '2026-03-01T10:05:00Z',
      'live',
    ],
    [
      'an ad-hoc run takes the present minute',
      { nominalMs: null, firstTaskMs: at('2026-03-01T10:09:59Z') },
      '2026-03-01T10:09:00Z',
      'live',
    ],
    [
      'a reset ad-hoc run keeps its first minute',
      { nominalMs: null, reset: true, firstTaskMs: at('2026-03-01T12:00:00Z') },
      '2026-03-01T10:05:00Z',
      'live',
    ],
    [
      'a requested snapshot is a replay',
      { snapshot: '2026-03-01T09:05:00+01:00' },
      '2026-03-01T08:05:00Z',
      'replay',
    ],
  ] as const)('%s', (_name, over, cycleId, mode) => {
    expect(cycleTime(scheduled(over))).toMatchObject({ cycleId, mode, snapshotMs: at(cycleId) });
  });

  it.each([
    'yesterday',
    '2026-03-01',
    '2026-03-01T10:05:00',
    '2026-13-01T10:05:00Z',
    '2026-02-28T24:00:00Z',
    '2026-02-30T10:05:00Z',
    '',
  ])('refuses %j with what is expected', (snapshot) => {
    expect(() => cycleTime(scheduled({ snapshot }))).toThrow(/expected an ISO 8601 instant with Z or offset/);
  });

  it('refuses a future snapshot', () => {
    expect(() => cycleTime(scheduled({ snapshot: '2026-03-01T10:06:00Z' }))).toThrow(/lies in the future/);
  });
});
