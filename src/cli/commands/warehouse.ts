import type { Command } from 'commander';
import { readRegistry } from '../../store/registry.ts';
import { readConfig, withDatabase } from '../context.ts';
import { print, renderTable } from '../output.ts';

export function addWarehouse(program: Command): void {
  program
    .command('warehouse')
    .description('The warehouses that are watched.')
    .command('list')
    .description('List them; add one with INSERT INTO warehouse (code, name, timezone) VALUES (...).')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { warehouses } = await withDatabase(await readConfig(), readRegistry);
      print(json, warehouses, () =>
        renderTable(
          ['code', 'name', 'timezone', 'active', 'algorithm'],
          warehouses.map((each) => [
            each.code,
            each.name,
            each.timezone,
            each.active ? 'yes' : 'no',
            each.algorithm,
          ]),
        ),
      );
    });
}
