/** The alerts that a path is part of, from what `warehouse` remembers. */
import type { InterpretMemory } from '../../suppress/contract.ts';

/** Which alerts are open, or about to be. */
export interface OpenAlarm {
  high: boolean;
  low: boolean;
}

export const NO_ALARM: OpenAlarm = { high: false, low: false };

export type AlarmMemory = Pick<InterpretMemory, 'zones' | 'notified'>;

/** Of any of certain units: a path's own, and its workpool's total. */
export function openAlarms({ zones, notified }: AlarmMemory): (unitIds: readonly string[]) => OpenAlarm {
  const open: Record<'HIGH' | 'LOW', Set<string>> = { HIGH: new Set(), LOW: new Set() };
  for (const [unitId, { high, low }] of Object.entries(zones)) {
    if (high === 'OVERFLOW_RISK' || high === 'OVERFLOW') open.HIGH.add(unitId);
    if (low === 'STARVE_RISK' || low === 'STARVED') open.LOW.add(unitId);
  }
  for (const { unitId, direction, episodeOpen } of notified)
    if (episodeOpen && direction !== '') open[direction].add(unitId);
  if (open.HIGH.size + open.LOW.size === 0) return () => NO_ALARM;
  return (unitIds) => ({
    high: unitIds.some((unitId) => open.HIGH.has(unitId)),
    low: unitIds.some((unitId) => open.LOW.has(unitId)),
  });
}
