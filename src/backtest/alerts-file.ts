/** Writes alerts.csv as the cycles come; it takes its place only when it is whole. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { ALERTS_CSV_HEADER, alertsCsvLine, type AlertRow } from '../domain/alert-row.ts';

/** Text gathered before it is handed to the system. */
const CHUNK_CHARACTERS = 256 * 1024;

export class AlertsFile {
  rows = 0;
  readonly #path: string;
  readonly #stream: WriteStream;
  #text = `${ALERTS_CSV_HEADER}\n`;

  constructor(path: string) {
    this.#path = path;
    this.#stream = createWriteStream(`${path}.partial`);
  }

  async write(rows: readonly AlertRow[]): Promise<void> {
    this.rows += rows.length;
    for (const row of rows) this.#text += `${alertsCsvLine(row)}\n`;
    if (this.#text.length >= CHUNK_CHARACTERS) await this.#flush();
  }

  async complete(): Promise<void> {
    await this.#flush();
    this.#stream.end();
    await finished(this.#stream);
    await rename(`${this.#path}.partial`, this.#path);
  }

  /** Leaves what stood there before. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    await rm(`${this.#path}.partial`, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }
}
