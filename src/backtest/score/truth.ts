/** The incidents of a backtest: given, or found in the levels as they come in. */
import { seenLevels, type UnitSeries } from '../../domain/series.ts';
import { IncidentFinder } from './derive-incidents.ts';
import type { Incident } from './incident.ts';

export interface Truth {
  derived: boolean;
  /** Known by now, in no order. */
  incidents: Incident[];
  /** Looks at one unit in one cycle. @returns incidents that were not known before */
  observe(series: UnitSeries): Incident[];
  /** Until when every onset of the unit is known, epoch ms. */
  knownUntil(unitId: string): number;
  /** No further cycle comes. @returns incidents that were not known before */
  end(): Incident[];
}

export function givenTruth(incidents: Incident[]): Truth {
  return {
    derived: false,
    incidents,
    observe: () => [],
    knownUntil: () => Infinity,
    end: () => [],
  };
}

export function derivedTruth(): Truth {
  const units = new Map<string, { finder: IncidentFinder; lastTs: number }>();
  const incidents: Incident[] = [];
  const keep = (found: Incident[]): Incident[] => {
    incidents.push(...found);
    return found;
  };
  return {
    derived: true,
    incidents,
    observe: (series) => {
      const { unit, capacityUnits, backlogUnits, plannedInflowUpm } = series;
      if (capacityUnits === null || capacityUnits <= 0) return [];
      let known = units.get(unit.unitId);
      if (!known) {
        known = { finder: new IncidentFinder(unit.unitId), lastTs: -Infinity };
        units.set(unit.unitId, known);
      }
      const wanted = (backlogUnits ?? 0) > 0 || (plannedInflowUpm ?? 0) > 0;
      const found: Incident[] = [];
      for (const { ts, wipUnits } of seenLevels(series)) {
        if (ts <= known.lastTs) continue;
        known.lastTs = ts;
        found.push(...known.finder.add({ ts, fill: wipUnits / capacityUnits, wanted }));
      }
      return keep(found);
    },
    knownUntil: (unitId) => units.get(unitId)?.finder.settledUntil ?? -Infinity,
    end: () => keep([...units.values()].flatMap(({ finder }) => finder.end())),
  };
}
