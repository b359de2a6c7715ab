import { Option, type Command } from 'commander';
import {
  ARTIFACT_KINDS,
  getArtifact,
  isArtifactId,
  listArtifacts,
  type ArtifactKind,
} from '../../store/artifact.ts';
import { readConfig, withDatabase } from '../context.ts';
import { badInput } from '../failure.ts';
import { parseCycleId } from '../instant.ts';
import { print, renderTable, say } from '../output.ts';

interface ListOptions {
  cycle?: string;
  warehouse?: string;
  kind?: ArtifactKind;
  limit: string;
  json?: boolean;
}

export function addArtifact(program: Command): void {
  const artifact = program.command('artifact').description('What each step of each cycle left behind.');

  artifact
    .command('list')
    .description('List them, the newest first.')
    .option('--cycle <id>', 'of this cycle only')
    .option('--warehouse <code>', 'of this warehouse only')
    .addOption(new Option('--kind <kind>', 'of this step only').choices(ARTIFACT_KINDS))
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'print as JSON')
    .action(async ({ cycle, warehouse, kind, limit, json }: ListOptions) => {
      if (!/^[1-9]\d{0,4}$/.test(limit))
        throw badInput(`--limit '${limit}'`, 'expected a number from 1 to 99999');
      const cycleId = cycle === undefined ? {} : { cycleId: parseCycleId('--cycle', cycle) };
      const found = await withDatabase(await readConfig(), (pool) =>
        listArtifacts(pool, {
          ...cycleId,
          ...(warehouse === undefined ? {} : { warehouse }),
          ...(kind === undefined ? {} : { kind }),
          limit: Number(limit),
        }),
      );
      print(json, found, () =>
        renderTable(
          ['id', 'rows', 'created'],
          found.map((each) => [each.id, String(each.rows), new Date(each.createdAt).toISOString()]),
        ),
      );
    });

  artifact
    .command('show')
    .description('Print the content of one, as JSON.')
    .argument('<id>', 'as shown by `artifact list`')
    .option('--json', 'print as JSON (it always is)')
    .action(async (id: string) => {
      if (!isArtifactId(id))
        throw badInput(`'${id}' is no artifact id`, 'bufferwatch artifact list shows them');
      const body = await withDatabase(await readConfig(), (pool) => getArtifact<unknown>(pool, id));
      say(JSON.stringify(body, null, 2));
    });
}
