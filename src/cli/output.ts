/** What commands print: data for programs with --json, else text for people. */

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function print(json: boolean | undefined, data: unknown, human: () => string): void {
  say(json ? JSON.stringify(data, null, 2) : human());
}

/** Columns as wide as their widest cell, two spaces between them; the header in capitals. */
export function renderTable(header: string[], rows: string[][]): string {
  const all = [header.map((name) => name.toUpperCase()), ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
