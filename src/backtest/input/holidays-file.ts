/** holidays.csv: days on which a warehouse works as on a weekend. */
import type { Holiday } from '../../domain/registry.ts';
import { readAllRows } from '../csv/read-csv.ts';
import { exists } from './exists.ts';

/**
 * Empty where there is no such file. An empty or absent `warehouse` is every one.
 * @throws BadFile
 */
export async function readHolidays(path: string, codes: ReadonlySet<string>): Promise<Holiday[]> {
  if (!(await exists(path))) return [];
  return readAllRows(path, ['day'], (row): Holiday => {
    const warehouse = row.textOrNull('warehouse');
    if (warehouse !== null && !codes.has(warehouse))
      throw row.refusal(`warehouse is "${warehouse}", which the data do not know`);
    return { warehouse, day: row.day('day') };
  });
}
