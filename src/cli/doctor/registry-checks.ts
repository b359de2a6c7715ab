import type { Pool } from 'pg';
import type { Config } from '../../config/config.ts';
import { ALGORITHMS } from '../../domain/algorithm/algorithm.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import type { WarehouseExtract } from '../../domain/source-rows.ts';
import type { WarehouseMemory } from '../../domain/suppress/memory.ts';
import { readNewest } from '../../store/artifact.ts';
import { readRegistry, type Registry } from '../../store/registry.ts';
import { withDatabase } from '../context.ts';
import { failed } from '../failure.ts';
import type { Check } from './check.ts';
import {
  findIdleOverrides,
  findIdleRoutes,
  findLeftOver,
  findUnrouted,
  hasKnownAlgorithm,
  knownUnitsOf,
  meantBy,
  reportedUnitsOf,
  type KnownUnits,
} from './registry-findings.ts';
import { isTimeZone } from '../../domain/zone-clock.ts';
import { warehouseOf } from '../../domain/units.ts';

export function registryChecks(config: Config): Check[] {
  const { schema } = config.database;
  const check = (
    name: string,
    needs: string[],
    work: (
      registry: Registry,
      readUnits: () => Promise<Map<string, KnownUnits>>,
      pool: Pool,
    ) => Promise<string> | string,
  ): Check => ({
    area: 'registry',
    name,
    needs,
    run: () =>
      withDatabase(config, async (pool) => {
        const registry = await readRegistry(pool);
        const active = registry.warehouses.filter((each) => each.active).map(({ code }) => code);
        const readUnits = async () =>
          new Map(
            await Promise.all(
              active.map(async (warehouse): Promise<[string, KnownUnits]> => {
                const of = { prefix: config.artifactPrefix, warehouse, kind: 'memory' } as const;
                const memory = await readNewest<WarehouseMemory>(pool, of);
                return [warehouse, memory ? knownUnitsOf(memory) : new Map()];
              }),
            ),
          );
        return work(registry, readUnits, pool);
      }),
  });
  /** Where no report is kept, nobody knows. */
  async function withoutReported(pool: Pool, unitIds: readonly string[]): Promise<string[]> {
    const codes = [...new Set(unitIds.map((unitId) => warehouseOf(unitId)))];
    const reported = await Promise.all(
      codes.map(async (warehouse) => {
        const of = { prefix: config.artifactPrefix, warehouse, kind: 'extract' } as const;
        const extract = await readNewest<WarehouseExtract>(pool, of);
        return extract && extract.rows.wes_stock.length > 0 ? reportedUnitsOf(extract) : null;
      }),
    );
    return unitIds.filter((unitId) => {
      const units = reported[codes.indexOf(warehouseOf(unitId))];
      return units && !units.has(meantBy(unitId, [...units]));
    });
  }

  return [
    check('warehouses', ['database schema'], ({ warehouses }) => {
      const active = warehouses.filter((each) => each.active).length;
      if (active === 0)
        throw failed(
          `${warehouses.length === 0 ? 'there is no warehouse' : 'no warehouse is active'}: nothing is watched`,
          warehouses.length === 0
            ? `INSERT INTO ${schema}.warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin');`
            : `UPDATE ${schema}.warehouse SET active = true WHERE code = '${warehouses[0]?.code}';`,
        );
      return `${active} active`;
    }),
    check('algorithms', ['registry warehouses'], ({ warehouses }) => {
      const unknown = warehouses.filter((each) => each.active && !hasKnownAlgorithm(each));
      if (unknown.length > 0)
        throw failed(
          `${unknown.map(({ code, algorithm }) => `${code} asks for ${algorithm}`).join(', ')}, which this release does not know: not watched`,
          `known: ${Object.keys(ALGORITHMS).join(', ')}; UPDATE ${schema}.warehouse SET algorithm = NULL (the default) WHERE code = '${unknown[0]?.code}';`,
        );
      return 'every version is known';
    }),
    check('holidays', ['registry warehouses'], ({ warehouses, holidays = [] }) => {
      const strange = warehouses.filter((each) => each.active && !isTimeZone(each.timezone));
      if (strange.length > 0)
        throw failed(
          `${strange.map(({ code, timezone }) => `${code} lies in ${timezone}`).join(', ')}, which this Node does not know: its days are those of UTC`,
          'give it a zone of the IANA list, e.g. Europe/Berlin, or a newer Node',
        );
      return holidays.length > 0
        ? String(holidays.length)
        : `none: every day counts by its weekday; INSERT INTO ${schema}.holiday (day, name) VALUES ('2026-12-25', 'Christmas');`;
    }),
    check('routes', ['registry warehouses'], async ({ warehouses, routes }, readUnits) => {
      const unrouted = findUnrouted(warehouses, routes);
      if (unrouted.length > 0)
        throw failed(
          `${routes.length === 0 ? 'there is no route' : `no route of ${unrouted.join(', ')}`}: its alerts would reach nobody`,
          `INSERT INTO ${schema}.alert_route (warehouse, channel) VALUES ('${unrouted[0]}', '#${unrouted[0]?.toLowerCase()}-flow');`,
        );
      const known = await readUnits();
      const idle = findIdleRoutes(warehouses, routes, known);
      if (idle.length > 0)
        throw failed(
          `matching nothing: ${idle.join('; ')}`,
          `correct or delete the row of ${schema}.alert_route; known workpools: ${workpoolsOf(known)}`,
        );
      // An alert about the monitoring itself goes nowhere else.
      const fallback = routes.some((each) => each.fallback)
        ? ''
        : '; no fallback: nobody hears of failed cycles';
      return `${routes.length}, every active warehouse has one${fallback}`;
    }),
    check('overrides', ['registry warehouses'], async ({ overrides }, readUnits, pool) => {
      if (overrides.length === 0) return 'none';
      const unknown = findIdleOverrides(overrides, await readUnits());
      const idle = await withoutReported(pool, unknown);
      if (idle.length > 0)
        throw failed(
          `no such unit: ${idle.join(', ')}`,
          `correct or delete the row of ${schema}.unit_override; bufferwatch status ${warehouseOf(idle[0] ?? '')} --all lists the units`,
        );
      return String(overrides.length);
    }),
    check('names', ['registry warehouses'], async ({ warehouses }, _readUnits, pool) => {
      const found = await Promise.all(
        warehouses
          .filter(({ active }) => active)
          .map(async ({ code }) => {
            const of = { prefix: config.artifactPrefix, warehouse: code, kind: 'preprocess' } as const;
            const series = await readNewest<WarehouseSeries>(pool, of);
            return series ? findLeftOver(series) : [];
          }),
      );
      const leftOver = found.flat();
      if (leftOver.length > 0)
        throw failed(
          `without a partner: ${leftOver.join('; ')}`,
          'spell it in one way in both systems, or in the queries of sources/; correct or delete the row of the registry',
        );
      return 'every name of one source is known to the others';
    }),
  ];
}

function workpoolsOf(known: ReadonlyMap<string, KnownUnits>): string {
  const names = [...known.values()].flatMap((units) => [...units.values()].map(({ workpool }) => workpool));
  return [...new Set(names)].toSorted().join(', ') || 'none yet';
}
