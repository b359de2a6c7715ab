import { describe, expect, test } from 'vitest';
import { renderNextSteps, type Started } from '../../../src/cli/next-steps.ts';
import { loadConfig } from '../../../src/config/config.ts';
import type { AlertRoute } from '../../../src/domain/registry.ts';

const config = loadConfig({ BUFFERWATCH_ENV: 'prod', DATABASE_URL: 'postgres://u:secret@db.example/app' });

const warehouse = (code: string, active = true) => ({
  code,
  name: code,
  timezone: 'Europe/Berlin',
  active,
  algorithm: '1.0.0',
  sourceCodes: {},
});
const route = (fields: Partial<AlertRoute>): AlertRoute => ({
  warehouse: null,
  channel: '#all',
  workpool: null,
  unitType: null,
  minSeverity: 'WARNING',
  fallback: false,
  ...fields,
});
const render = (registry: Started['registry'], more: Partial<Started> = {}) =>
  renderNextSteps({
    config,
    registry,
    unsetSources: [],
    ownDatabase: true,
    databaseVariable: 'DATABASE_URL',
    ...more,
  });

describe('what comes next', () => {
  test('with an empty registry: that it is empty, a warehouse and its route', () => {
    const text = render({ warehouses: [warehouse('OLD1', false)], routes: [] });
    expect(text).toContain('every 5 min as prod: no warehouse is registered yet');
    expect(text).toContain(`(. .bufferwatch/running.env; psql "$DATABASE_URL" \\
    -c "INSERT INTO bufferwatch_prod.warehouse (code, name, timezone) VALUES ('BER1', 'Berlin 1', 'Europe/Berlin')" \\
    -c "INSERT INTO bufferwatch_prod.alert_route (warehouse, channel) VALUES ('BER1', '#ber1-flow')")`);
    expect(text).not.toContain('secret');
  });

  test('with a warehouse that nobody hears of: its route alone', () => {
    const routes = [route({ warehouse: 'FRA1' }), route({ escalateAfterMin: 10 })];
    const text = render({ warehouses: [warehouse('FRA1'), warehouse('LEJ1')], routes });
    expect(text).toContain('2 warehouses. No route, so nobody is told: LEJ1.');
    expect(text).toContain("VALUES ('LEJ1', '#lej1-flow')");
    expect(text).not.toContain('BER1');
  });

  test('with all that is needed: no statement', () => {
    const text = render({ warehouses: [warehouse('FRA1')], routes: [route({ fallback: true })] });
    expect(text).toContain('as prod: 1 warehouse.\n');
    expect(text).not.toContain('INSERT');
    expect(text).toContain('npx bufferwatch status');
  });

  test('many without a route are counted, some are named', () => {
    const warehouses = ['A1', 'B1', 'C1', 'D1', 'E1'].map((code) => warehouse(code));
    expect(render({ warehouses, routes: [] })).toContain('nobody is told: A1, B1, C1 and 2 more.');
  });

  test('sources that were not named, and a database that a file names', () => {
    const [registry, unsetSources] = [
      { warehouses: [], routes: [] },
      ['WES_DATABASE_URL', 'LMS_DATABASE_URL'],
    ];
    expect(render(registry, { unsetSources })).toContain(
      'Not set: WES_DATABASE_URL, LMS_DATABASE_URL.\nWithout them every unit stays unknown',
    );
    const text = render(registry, {
      unsetSources,
      ownDatabase: false,
      databaseVariable: 'DATABASE_URL_FILE',
    });
    expect(text).toContain('Not set: WES_DATABASE_URL, LMS_DATABASE_URL: looked for in DATABASE_URL.');
    expect(text).toContain('psql "$(cat "$DATABASE_URL_FILE")"');
  });
});
