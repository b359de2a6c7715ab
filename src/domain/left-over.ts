/** Names of one source that no other knows. */
import type { LeftOver, WarehouseSeries } from './series.ts';

/**
 * What is left over and worth a word. LMS knows people of places without a conveyor: they are told of only where a unit
 * misses its own.
 */
export function leftOverToTell({ leftOver, units }: Pick<WarehouseSeries, 'leftOver' | 'units'>): LeftOver[] {
  const missesPeople = units.some(({ defects }) =>
    defects.some(({ name, source }) => name === 'NO_PARTNER' && source !== null && isStaff(source)),
  );
  return leftOver.filter(({ source }) => !isStaff(source) || missesPeople);
}

function isStaff(source: LeftOver['source']): boolean {
  return source === 'lms_actuals' || source === 'lms_plan';
}
