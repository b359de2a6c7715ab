// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Where an alert goes: the rows of `alert_route` against one unit and severity. */
import type { AlertRoute } from './registry.ts';
import { severityRank } from './vocabulary.ts';
import type { Severity, UnitType } from './vocabulary.ts';

export interface RoutedUnit {
  warehouse: string;
  workpool: string;
  unitType: UnitType;
}

export interface RoutedChannels {
  /** Each gets the alert. Empty only where the warehouse has no route at all, not even a fallback. */
  channels: string[];
  /** Where to turn when one of them refuses for good. */
  fallback: string[];
}

/** All ordinary routes that match; where none does, the fallback routes. Channels in the routes' order, once each. */
export function channelsFor(routes: AlertRoute[], unit: RoutedUnit, severity: Severity): RoutedChannels {
  const ofWarehouse = routes.filter(
    (route) => route.warehouse === null || route.warehouse === unit.warehouse,
  );
  const fallback = channelNames(ofWarehouse.filter((route) => route.fallback));
  const matching = ofWarehouse.filter((route) => isOrdinary(route) && matches(route, unit, severity));
  return { channels: matching.length > 0 ? channelNames(matching) : fallback, fallback };
}

/** Who is to hear of an alert that nobody has acknowledged, and after how many minutes; the first to hear first. */
export function escalationSteps(
  routes: readonly AlertRoute[],
  unit: RoutedUnit,
  severity: Severity,
): { channel: string; afterMin: number }[] {
  // What is no more than a warning never escalates.
  if (severityRank(severity) < severityRank('CRITICAL')) return [];
  return routes
    .flatMap((route) => {
      const { channel, escalateAfterMin: afterMin } = route;
      const concerned = route.warehouse === null || route.warehouse === unit.warehouse;
      return afterMin !== undefined && concerned && matches(route, unit, severity)
        ? [{ channel, afterMin }]
        : [];
    })
    .toSorted((a, b) => a.afterMin - b.afterMin);
}

function isOrdinary({ fallback, escalateAfterMin }: AlertRoute): boolean {
  return !fallback && escalateAfterMin === undefined;
}

function matches(route: AlertRoute, unit: RoutedUnit, severity: Severity): boolean {
  return (
    (route.workpool === null || route.workpool === unit.workpool) &&
    (route.unitType === null || route.unitType === unit.unitType) &&
    severityRank(severity) >= severityRank(route.minSeverity)
  );
}

/** Where dev's board of every unit goes: to the ordinary channels, without any to the fallback. */
export function boardChannels(routes: readonly AlertRoute[]): string[] {
  const ordinary = routes.filter(isOrdinary);
  return channelNames(ordinary.length > 0 ? ordinary : routes.filter(({ fallback }) => fallback));
}

function channelNames(routes: readonly AlertRoute[]): string[] {
  return [...new Set(routes.map((route) => route.channel))];
}
