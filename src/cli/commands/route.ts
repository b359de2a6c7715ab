import { Option, type Command } from 'commander';
import type { AlertRoute } from '../../domain/registry.ts';
import { channelsFor, escalationSteps } from '../../domain/route.ts';
import { SEVERITIES, UNIT_TYPES, type Severity, type UnitType } from '../../domain/vocabulary.ts';
import { readRegistry } from '../../store/registry.ts';
import { listKnown, readConfig, withDatabase } from '../context.ts';
import { connectSlack } from '../doctor/slack-checks.ts';
import { badInput, CommandFailure } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { print, renderTable } from '../output.ts';

interface TestOptions {
  warehouse: string;
  workpool: string;
  unitType: UnitType;
  severity: Severity;
  json?: boolean;
}

export function addRoute(program: Command): void {
  const route = program.command('route').description('Where alerts go.');

  route
    .command('list')
    .description('List the routes; add one with INSERT INTO alert_route (warehouse, channel) VALUES (...).')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { routes } = await withDatabase(await readConfig(), readRegistry);
      print(json, routes, () =>
        renderTable(
          ['warehouse', 'channel', 'workpool', 'unit type', 'from', 'when'],
          routes.map((each) => [
            each.warehouse ?? 'every',
            each.channel,
            each.workpool ?? 'every',
            each.unitType ?? 'every',
            each.minSeverity,
            describeWhen(each),
          ]),
        ),
      );
    });

  route
    .command('test')
    .description('Say where an alert would go, and whether the bot may post there; posts nothing.')
    .requiredOption('--warehouse <code>', 'of the unit')
    .option('--workpool <name>', 'of the unit', 'SINGLES')
    .addOption(new Option('--unit-type <type>', 'of the unit').choices(UNIT_TYPES).default('TOTAL'))
    .addOption(new Option('--severity <severity>', 'of the alert').choices(SEVERITIES).default('WARNING'))
    .option('--json', 'print as JSON')
    .action(async ({ warehouse, workpool, unitType, severity, json }: TestOptions) => {
      const config = await readConfig();
      const slack = connectSlack(config);
      const { routes, warehouses } = await withDatabase(config, readRegistry);
      if (!warehouses.some(({ code }) => code === warehouse))
        throw badInput(`there is no warehouse ${warehouse}`, listKnown(warehouses));
      const { channels, fallback } = channelsFor(routes, { warehouse, workpool, unitType }, severity);
      const escalation = escalationSteps(routes, { warehouse, workpool, unitType }, severity);
      const named = [...new Set([...channels, ...escalation.map(({ channel }) => channel), ...fallback])];
      const access = await Promise.all(named.map((channel) => slack.checkAccess(channel)));
      const useOf = (channel: string): string => {
        if (channels.includes(channel)) return 'goes to';
        const step = escalation.find((each) => each.channel === channel);
        return step ? `unacknowledged for ${step.afterMin} min, goes to` : 'falls back on';
      };
      print(json, { channels, escalation, fallback, access }, () =>
        access
          .map(
            ({ channel, ok, problem }) =>
              `${useOf(channel)} ${channel}: ${ok ? 'the bot may post there' : problem}`,
          )
          .join('\n'),
      );
      if (channels.length === 0)
        throw new CommandFailure(
          EXIT.failure,
          `no route of ${warehouse} matches and there is no fallback: this alert would reach nobody`,
          `INSERT INTO ${config.database.schema}.alert_route (warehouse, channel) VALUES ('${warehouse}', '#...');`,
        );
      if (access.some(({ ok }) => !ok))
        throw new CommandFailure(EXIT.failure, 'not every channel can be posted to');
    });
}

function describeWhen({ fallback, escalateAfterMin }: AlertRoute): string {
  if (fallback) return 'fallback';
  return escalateAfterMin === undefined ? 'at once' : `unacknowledged for ${escalateAfterMin} min`;
}
