// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Instants as text, the same on every machine: strict ISO 8601, and a day that does not exist is none. */

/** What is said where a text is refused. */
export const INSTANT_EXPECTED =
  'expected an ISO 8601 instant with Z or offset, such as 2026-03-01T10:05:00Z or 2026-03-01T11:05:00+01:00';

const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?`;
/** No clock on earth is further from UTC than 14 hours. */
const OFFSET_HOURS = String.raw`[+-](?:0\d|1[0-4])`;

const INSTANT = new RegExp(`^${DATE}T${CLOCK}(?:Z|${OFFSET_HOURS}:[0-5]\\d)$`);
/** What databases and spreadsheets write of it: a blank for the T, a short offset, no zone, the day alone. */
const RECORDED = new RegExp(`^(${DATE})(?:[T ](${CLOCK})(Z|(${OFFSET_HOURS})(?::?([0-5]\\d))?)?)?$`);

/** Epoch ms; null where the text is no instant. */
export function parseInstant(text: string): number | null {
  return INSTANT.test(text) && dayExists(text) ? Date.parse(text) : null;
}

/** The same of a file of recorded data, where a time without a zone is UTC. */
export function parseRecordedInstant(text: string): number | null {
  // Most rows of a file of millions are whole already.
  if (INSTANT.test(text)) return dayExists(text) ? Date.parse(text) : null;
  const [, date, clock = '00:00', zone = 'Z', hours, minutes = '00'] = RECORDED.exec(text) ?? [];
  if (date === undefined || !dayExists(date)) return null;
  return Date.parse(`${date}T${clock}${hours === undefined ? zone : `${hours}:${minutes}`}`);
}

/** A month's 29th to 31st; JavaScript itself would take the 30th of February for the 2nd of March. */
function dayExists(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  // Day 0 of the month after is the last of this one. The 400 years later keep Date from reading 00 to 99 as 19xx.
  const last = new Date(Date.UTC(Number(text.slice(0, 4)) + 400, Number(text.slice(5, 7)), 0)).getUTCDate();
  return day <= last;
}
