/** incidents.csv: what really went wrong, as somebody wrote it down. */
import { readAllRows } from '../csv/read-csv.ts';
import { INCIDENT_KINDS, type Incident } from '../score/incident.ts';
import { exists } from './exists.ts';

const COLUMNS = ['incident_id', 'unit_id', 'kind', 'onset_ts', 'end_ts'];
/** Several actions or units in one cell. */
const SEPARATOR = /[|;\s]+/;

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
    return {
      incidentId,
      unitId,
      kind: row.oneOf('kind', INCIDENT_KINDS),
      onsetTs,
      endTs,
      familyId: row.textOrNull('family_id') ?? incidentId,
      cause: row.textOrNull('cause'),
      causeTs: row.instantOrNull('cause_ts'),
      acceptedActions: list(row.textOrNull('accepted_actions')),
      actionUnitIds: list(row.textOrNull('action_unit_ids')),
      sufficientQuantity: row.numberOrNull('sufficient_quantity'),
      quantityUnit: row.textOrNull('quantity_unit'),
    };
  });
  return incidents.toSorted((a, b) => a.onsetTs - b.onsetTs);
}

function list(cell: string | null): string[] | null {
  return cell === null ? null : cell.split(SEPARATOR).filter((part) => part !== '');
}
