import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseInstant, parseRecordedInstant } from '../../../src/domain/instant.ts';

const TEN = Date.UTC(2026, 2, 1, 10, 5);

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('an instant', () => {
  it.each([
    '2026-03-01T10:05:00Z',
    '2026-03-01T10:05Z',
    '2026-03-01T10:05:00.000Z',
    '2026-03-01T11:05:00+01:00',
    '2026-03-01T04:35:00-05:30',
    '2026-03-02T00:05:00+14:00',
  ])('%s', (text) => {
    expect(parseInstant(text)).toBe(TEN);
    expect(parseRecordedInstant(text)).toBe(TEN);
  });

  it.each(['2024-02-29T00:00:00Z', '2000-02-29T00:00:00Z', '0004-02-29T00:00:00Z', '2026-12-31T23:59:59Z'])(
    '%s exists',
    (text) => expect(parseInstant(text)).toBe(Date.parse(text)),
  );

  it('is read as it is written, on every day there is', () => {
    const day = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(day, (ms) => {
        const text = new Date(ms).toISOString();
        expect([parseInstant(text), parseRecordedInstant(text.replace('T', ' ').replace('Z', ''))]).toEqual([
          ms,
          ms,
        ]);
      }),
    );
  });
});

describe('refused, never moved to another day', () => {
  it.each([
    '2026-02-29T10:00:00Z',
    '2026-02-30T10:00:00Z',
    '1900-02-29T10:00:00Z',
    '2026-04-31T10:00:00+02:00',
    '2026-00-10T10:00:00Z',
    '2026-13-10T10:00:00Z',
    '2026-03-00T10:00:00Z',
    '2026-03-32T10:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T25:00:00Z',
    '2026-03-01T10:60:00Z',
    '2026-03-01T10:05:60Z',
    '2026-03-01T10:05:00+99:00',
    '2026-03-01T10:05:00+15:00',
    '2026-03-01T10:05:00+01:60',
    '2026-03-01Z',
    ' 2026-03-01T10:05:00Z',
    '2026-03-01T10:05:00Z\n',
    'Mar 1, 2026 10:05 UTC',
    '1772359500000',
    'yesterday',
    '',
  ])('%j, also in a file', (text) => {
    expect(parseInstant(text)).toBeNull();
    expect(parseRecordedInstant(text)).toBeNull();
  });

  it.each(['2026-04-31 10:00', '2026-02-30', '2026-02-30 10:00+00', '2026-03-01 24:00'])(
    '%s of a file',
    (text) => expect(parseRecordedInstant(text)).toBeNull(),
  );
});

describe('the zone', () => {
  const zoneless = ['2026-03-01T10:05:00', '2026-03-01 10:05', '2026-03-01'];

  it.each(zoneless)('of %s has to be said by a person', (text) => expect(parseInstant(text)).toBeNull());

  it.each(['America/New_York', 'Asia/Kathmandu', 'UTC'])(
    'that a file leaves out is UTC, on a machine in %s',
    (name) => {
      process.env['TZ'] = name;
      expect(zoneless.map(parseRecordedInstant)).toEqual([TEN, TEN, Date.UTC(2026, 2, 1)]);
    },
  );

  it.each(['2026-03-01 10:05:00+00', '2026-03-01 11:05:00.0+0100', '2026-03-01T15:35+0530'])(
    'of %s is read as databases write it',
    (text) => expect(parseRecordedInstant(text)).toBe(TEN),
  );
});
