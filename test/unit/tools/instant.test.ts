/** Arguments of the tools are read as those of the program. */
import { afterEach, describe, expect, it } from 'vitest';
import { dayArgument, instantArgument } from '../../../tools/instant.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe.each(['UTC', 'America/New_York', 'Asia/Kathmandu'])('on a machine in %s', (name) => {
  it.each(['2026-02-30T10:00:00Z', '2026-04-31 10:00', '2026-03-01T24:00:00Z', '2026-03-01T10:00:00'])(
    '%s is refused',
    (text) => {
      process.env['TZ'] = name;
      expect(() => instantArgument(text)).toThrow('expected an ISO 8601 instant');
    },
  );

  it('a day is one of UTC, and exists', () => {
    process.env['TZ'] = name;
    expect(dayArgument('2025-05-05')).toBe(Date.UTC(2025, 4, 5));
    expect(instantArgument('2025-05-05T00:00:00Z')).toBe(Date.UTC(2025, 4, 5));
    for (const text of ['2025-02-30', '5 May 2025', '2025-05-05T00:00:00Z'])
      expect(() => dayArgument(text)).toThrow('expected a day');
  });
});
