/** What a person does next once `start` is up: statements that work as printed, and only those that are needed. */
import type { Config } from '../config/config.ts';
import type { Registry } from '../store/registry.ts';
import { counted } from '../domain/words/amounts.ts';
import { RUNNING_ENV_FILE } from './running-environment.ts';

/** Warehouses without a route that are named, with a statement each. */
const SHOWN = 3;

export interface Started {
  config: Pick<Config, 'environment' | 'intervalMinutes' | 'database'>;
  registry: Pick<Registry, 'warehouses' | 'routes'>;
  /** Of the sources, those that are looked for in our database, e.g. `WES_DATABASE_URL`. */
  unsetSources: string[];
  /** That database is one of our own, with nothing else in it. */
  ownDatabase: boolean;
  /** The shell word for the database: the secret may come from a file. */
  databaseVariable: 'DATABASE_URL' | 'DATABASE_URL_FILE';
}

export function renderNextSteps(started: Started): string {
  const { config, registry, databaseVariable } = started;
  const active = registry.warehouses.filter((warehouse) => warehouse.active).map(({ code }) => code);
  const unrouted = active.filter((code) => !isRouted(registry.routes, code));
  const statements = active.length === 0 ? onboarding(config) : unrouted.slice(0, SHOWN).map(route(config));
  return [
    `Watching every ${config.intervalMinutes} min as ${config.environment}: ${describeWatched(active, unrouted)}`,
    ...describeSources(started),
    '',
    `In another terminal of this folder (settings come from ${RUNNING_ENV_FILE}):`,
    ...(statements.length === 0 ? [] : [psql(databaseVariable, statements)]),
    '  npx bufferwatch doctor     # checks every connection, source, channel and clock',
    '  npx bufferwatch status     # what is the matter, from the next cycle on',
    '',
    `Elsewhere: export BUFFERWATCH_ENV=${config.environment} beside the other settings. Ctrl-C ends it.`,
  ].join('\n');
}

function describeSources({ unsetSources, ownDatabase }: Started): string[] {
  if (unsetSources.length === 0) return [];
  const names = unsetSources.join(', ');
  return ownDatabase
    ? [`Not set: ${names}.`, 'Without them every unit stays unknown: set them and start again.']
    : [`Not set: ${names}: looked for in DATABASE_URL.`];
}

function describeWatched(active: string[], unrouted: string[]): string {
  if (active.length === 0) return 'no warehouse is registered yet, so nothing is watched.';
  const watched = `${counted(active.length, 'warehouse')}.`;
  if (unrouted.length === 0) return watched;
  const more = unrouted.length > SHOWN ? ` and ${unrouted.length - SHOWN} more` : '';
  return `${watched} No route, so nobody is told: ${unrouted.slice(0, SHOWN).join(', ')}${more}.`;
}

/** A route of its own or of all; one that only hears of escalations tells nobody of an alert. */
function isRouted(routes: Registry['routes'], code: string): boolean {
  return routes.some(
    ({ warehouse, escalateAfterMin }) =>
      (warehouse === null || warehouse === code) && escalateAfterMin === undefined,
  );
}

function onboarding(config: Started['config']): string[] {
  return [
    `INSERT INTO ${config.database.schema}.warehouse (code, name, timezone) VALUES ('BER1', 'Berlin 1', 'Europe/Berlin')`,
    route(config)('BER1'),
  ];
}

const route =
  ({ database }: Started['config']) =>
  (code: string): string =>
    `INSERT INTO ${database.schema}.alert_route (warehouse, channel) VALUES ('${code}', '#${code.toLowerCase()}-flow')`;

/** In a shell of its own: what is exported would outlast the run that it is about. */
function psql(variable: Started['databaseVariable'], statements: string[]): string {
  const url = variable === 'DATABASE_URL' ? '"$DATABASE_URL"' : '"$(cat "$DATABASE_URL_FILE")"';
  const lines = statements.map((statement) => `    -c "${statement}"`);
  return `  (. ${RUNNING_ENV_FILE}; psql ${url} \\\n${lines.join(' \\\n')})`;
}
