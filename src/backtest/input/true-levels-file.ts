/** truth_levels.csv: what the levels really were, where somebody knows. */
import { readAllRows } from '../csv/read-csv.ts';
import { exists } from './exists.ts';

/** Units by unit and instant, epoch ms. */
export class TrueLevels {
  readonly #levels = new Map<string, number>();

  /**
   * Without the file nothing is known.
   * @param unitIdOf the id that decisions use; null where no such unit exists
   * @throws BadFile
   */
  static async read(path: string, unitIdOf: (given: string) => string | null): Promise<TrueLevels> {
    const levels = new TrueLevels();
    if (!(await exists(path))) return levels;
    await readAllRows(path, ['ts', 'unit_id', 'wip_units'], (row) => {
      const units = row.numberOrNull('wip_units');
      const unitId = unitIdOf(row.text('unit_id'));
      if (units !== null && unitId !== null) levels.#levels.set(`${unitId} ${row.instant('ts')}`, units);
    });
    return levels;
  }

  at(unitId: string, ts: number): number | null {
    return this.#levels.get(`${unitId} ${ts}`) ?? null;
  }
}
