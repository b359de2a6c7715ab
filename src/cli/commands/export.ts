import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { ALERTS_CSV_HEADER, alertsCsvLine } from '../../domain/alert-row.ts';
import { readAlertRows } from '../../store/alerts-export.ts';
import { createPool } from '../../store/pool.ts';
import { explainDatabaseError, readConfig } from '../context.ts';
import { badInput } from '../failure.ts';
import { parseInstant } from '../instant.ts';
import { print } from '../output.ts';

interface Options {
  from: string;
  to: string;
  out: string;
  json?: boolean;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description('Write what the live cycles of a time range decided, as the alerts.csv of a backtest.')
    .requiredOption('--from <iso>', 'first cycle, ISO 8601 with Z or offset')
    .requiredOption('--to <iso>', 'last cycle, ISO 8601 with Z or offset')
    .option('--out <file>', 'where to write', 'alerts.csv')
    .option('--json', 'print as JSON')
    .action(async ({ from, to, out, json }: Options) => {
      const range = { from: parseInstant('--from', from), to: parseInstant('--to', to) };
      if (range.from > range.to) throw badInput(`--from '${from}' is later than --to '${to}'`);
      const config = await readConfig();
      const { url, schema } = config.analytics;
      const pool = createPool(url, { schema, applicationName: 'bufferwatch-cli' });
      let rows = 0;
      async function* lines(): AsyncGenerator<string> {
        yield `${ALERTS_CSV_HEADER}\n`;
        const span = { from: new Date(range.from), to: new Date(range.to) };
        for await (const page of readAlertRows(pool, { prefix: config.artifactPrefix, ...span })) {
          rows += page.length;
          yield page.map((row) => `${alertsCsvLine(row)}\n`).join('');
        }
      }
      try {
        await pipeline(Readable.from(lines()), createWriteStream(`${out}.partial`));
        await rename(`${out}.partial`, out);
      } catch (error) {
        await rm(`${out}.partial`, { force: true });
        const variable = url === config.database.url ? 'DATABASE_URL' : 'ANALYTICS_DATABASE_URL';
        throw explainDatabaseError(error, variable, url);
      } finally {
        await pool.end();
      }
      print(json, { rows, out }, () => `${rows} rows in ${out}`);
    });
}
