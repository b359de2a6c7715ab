/** incidents.csv: what really went wrong, as somebody wrote it down. */
import { normalizeProcess } from '../../domain/units.ts';
import { type CsvRow, readAllRows } from '../csv/read-csv.ts';
import { INCIDENT_KINDS, type Incident, type Negative, type Remedy } from '../score/incident.ts';
import { exists } from './exists.ts';
import { LONGEST_GAP_DAYS } from './told-days.ts';

const COLUMNS = ['incident_id', 'unit_id', 'kind', 'onset_ts', 'end_ts'];
/** Between several actions, units or quantities in one cell. */
const SEPARATOR = '|';

/**
 * In the order of their onset; null where there is no such file.
 * @param unitIdOf the id that decisions use; null where no such unit exists
 * @throws BadFile
 */
export async function readIncidents(
  path: string,
  unitIdOf: (given: string) => string | null,
): Promise<Incident[] | null> {
  if (!(await exists(path))) return null;
  const incidents = await readAllRows(path, COLUMNS, (row): Incident => {
    const incidentId = row.text('incident_id');
    const given = row.text('unit_id');
    const unitId = unitIdOf(given);
    if (unitId === null) throw row.refusal(`unit_id "${given}" is not in units.csv`);
    const onsetTs = row.instant('onset_ts');
    const endTs = row.instant('end_ts');
    if (endTs < onsetTs) throw row.refusal('end_ts lies before onset_ts');
    if (endTs - onsetTs > LONGEST_GAP_DAYS * 24 * 3_600_000)
      throw row.refusal(`end_ts lies more than ${LONGEST_GAP_DAYS} days after onset_ts`);
    return {
      incidentId,
      unitId,
      kind: row.oneOf('kind', INCIDENT_KINDS),
      onsetTs,
      endTs,
      familyId: row.textOrNull('family_id') ?? incidentId,
      cause: row.textOrNull('cause'),
      causeTs: row.instantOrNull('cause_ts'),
      remedies: readRemedies(row, unitIdOf),
    };
  });
  return incidents.toSorted((a, b) => a.onsetTs - b.onsetTs);
}

/**
 * `accepted_actions` with a unit to act on, a process and a quantity for each in the same order; a single unit or
 * process goes for all of them. Without `accepted_quantities` the first action has `sufficient_quantity`. null where the cell is empty.
 */
function readRemedies(row: CsvRow, unitIdOf: (given: string) => string | null): Remedy[] | null {
  const actions = list(row, 'accepted_actions');
  if (actions.length === 0) return null;
  const units = list(row, 'action_unit_ids');
  const processes = list(row, 'action_processes');
  const quantities = list(row, 'accepted_quantities');
  for (const [column, { length }] of [
    ['action_unit_ids', units],
    ['action_processes', processes],
    ['accepted_quantities', quantities],
  ] as const)
    if (length > 1 && length !== actions.length)
      throw row.refusal(`${column} has ${length} parts, expected one for each of ${actions.length} actions`);
  const first = {
    quantity: row.numberOrNull('sufficient_quantity'),
    quantityUnit: row.textOrNull('quantity_unit'),
  };
  return actions.map((action, index): Remedy => {
    const unit = (units.length === 1 ? units[0] : units[index]) ?? '';
    const process = (processes.length === 1 ? processes[0] : processes[index]) ?? '';
    const own =
      quantities.length > 0 ? readQuantity(row, quantities[index] ?? '') : index === 0 ? first : null;
    return {
      action,
      unitId: unit === '' ? null : (unitIdOf(unit) ?? unit),
      process: process === '' ? null : normalizeProcess(process),
      quantity: own?.quantity ?? null,
      quantityUnit: own?.quantityUnit ?? null,
    };
  });
}

/** `3 persons` */
function readQuantity(row: CsvRow, cell: string): { quantity: number; quantityUnit: string } | null {
  if (cell === '') return null;
  const [number = '', quantityUnit = ''] = cell.split(' ');
  const quantity = Number(number);
  if (!Number.isFinite(quantity) || quantityUnit === '')
    throw row.refusal(`accepted_quantities has "${cell}", expected a number and its unit, e.g. 3 persons`);
  return { quantity, quantityUnit };
}

function list(row: CsvRow, column: string): string[] {
  const cell = row.raw(column);
  return cell === '' ? [] : cell.split(SEPARATOR).map((part) => part.trim());
}

/**
 * negatives.csv: times in which an alert would be false. Empty where there is no such file.
 * @throws BadFile
 */
export async function readNegatives(
  path: string,
  unitIdOf: (given: string) => string | null,
): Promise<Negative[]> {
  if (!(await exists(path))) return [];
  return readAllRows(path, ['unit_id', 'kind', 'start_ts', 'end_ts'], (row): Negative => {
    const given = row.text('unit_id');
    const unitId = unitIdOf(given);
    if (unitId === null) throw row.refusal(`unit_id "${given}" is not in units.csv`);
    return {
      unitId,
      kind: row.text('kind'),
      startTs: row.instant('start_ts'),
      endTs: row.instant('end_ts'),
    };
  });
}
