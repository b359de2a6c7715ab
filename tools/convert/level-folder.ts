/** Writes a folder of the backtest's level A that knows levels and nothing else: units.csv and series.csv. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';

/** A store by itself: no other one stands before or behind it. */
export interface Store {
  /** As its source names it. */
  name: string;
  capacity: number;
}

/** Lines handed to the file at once. */
const BATCH = 5_000;

export class LevelFolder {
  readonly #ids: ReadonlyMap<string, string>;
  readonly #file: WriteStream;
  #lines = ['ts,unit_id,wip_units'];
  rows = 0;

  private constructor(ids: ReadonlyMap<string, string>, file: WriteStream) {
    this.#ids = ids;
    this.#file = file;
  }

  static async create(dir: string, warehouse: string, stores: readonly Store[]): Promise<LevelFolder> {
    await mkdir(dir, { recursive: true });
    const ids = new Map<string, string>();
    const lines = ['unit_id,warehouse,workpool,path,unit_type,buffer_kind,capacity_units'];
    for (const { name, capacity } of stores) {
      const workpool = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '-');
      ids.set(name, `${warehouse}_${workpool}_TOTAL`);
      lines.push(`${ids.get(name)},${warehouse},${workpool},TOTAL,TOTAL,,${capacity}`);
    }
    await writeFile(join(dir, 'units.csv'), `${lines.join('\n')}\n`);
    return new LevelFolder(ids, createWriteStream(join(dir, 'series.csv')));
  }

  /** @param ts epoch ms, floored to the minute: readings are not exact to the second */
  async add(ts: number, name: string, level: number): Promise<void> {
    const minute = new Date(Math.floor(ts / 60_000) * 60_000).toISOString().replace(':00.000Z', ':00Z');
    this.#lines.push(`${minute},${this.#ids.get(name)},${level}`);
    this.rows += 1;
    if (this.#lines.length >= BATCH) await this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    this.#file.end();
    await once(this.#file, 'close');
  }

  async #flush(): Promise<void> {
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    if (!this.#file.write(text)) await once(this.#file, 'drain');
  }
}
