/** Plain text for a terminal: lines, numbers and instants as people read them. */

/** Fits a terminal and a printed page. */
export const COLUMNS = 100;

export const UNKNOWN = 'not known';

/** Wraps at spaces; the lines after the first are indented to `hang`. What has no space is cut at the edge. */
export function wrap(text: string, indent = 0, hang = indent, columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = '';
  const margin = () => ' '.repeat(lines.length === 0 ? indent : hang);
  const room = () => columns - margin().length;
  const flush = () => {
    lines.push(margin() + line);
    line = '';
  };
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > room()) flush();
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > room()) {
      const rest = line.slice(room());
      line = line.slice(0, room());
      flush();
      line = rest;
    }
  }
  if (line !== '') flush();
  return lines;
}

const LABEL_COLUMNS = 16;

/** `  label           text`, the text wrapped under itself. */
export function field(label: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, 2 + LABEL_COLUMNS);
  const head = `  ${label.padEnd(LABEL_COLUMNS - 1)} `;
  // A label that is too long for its column pushes its text to the next line.
  if (head.length > 2 + LABEL_COLUMNS) return [head.trimEnd(), first, ...rest];
  return [head + first.trimStart(), ...rest].map((line) => line.trimEnd());
}

/** Three digits, without an exponent. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

export function counted(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? UNKNOWN : `${number(value)} ${unit}`;
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? UNKNOWN : `${number(share * 100)} %`;
}

/**
 * `11:05 CET (10:05 UTC)`; with the day where asked.
 * A zone that is not known here is named as such and UTC alone is given.
 */
export function instant(ms: number, timezone: string, withDay = false): string {
  if (Number.isNaN(ms)) return 'at a time that is not known';
  const utc = new Date(ms).toISOString();
  const utcText = `${withDay ? `${utc.slice(0, 10)} ` : ''}${utc.slice(11, 16)} UTC`;
  try {
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      ...(withDay && { year: 'numeric', month: '2-digit', day: '2-digit' }),
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    }).formatToParts(ms);
    const part = (type: Intl.DateTimeFormatPartTypes) => local.find((one) => one.type === type)?.value ?? '';
    const day = withDay ? `${part('year')}-${part('month')}-${part('day')} ` : '';
    return `${day}${part('hour')}:${part('minute')} ${part('timeZoneName')} (${utcText})`;
  } catch {
    return `${utcText} (time zone ${timezone} is not known)`;
  }
}
