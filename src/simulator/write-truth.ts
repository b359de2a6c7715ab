/** The truth beside the readings: incidents with what would have helped, and where an alert would be false. */
import { join } from 'node:path';
import { createCsvFile, type Cell } from './csv-file.ts';
import type { Site } from './network.ts';
import type { Decoyed, TrueIncident } from './truth.ts';

const INCIDENT_COLUMNS = [
  'incident_id',
  'unit_id',
  'kind',
  'onset_ts',
  'end_ts',
  'cause',
  'cause_ts',
  'family_id',
  // Of equal rank, one unit to act on for each action, in the same order.
  'accepted_actions',
  'action_unit_ids',
  // Whose people, of an action that is about people; in the same order.
  'action_processes',
  // Of the first accepted action that has one.
  'sufficient_quantity',
  'quantity_unit',
  // Of each accepted action, in the same order, e.g. `3 persons`; empty where it has none.
  'accepted_quantities',
] as const;

/** @returns what was written */
export async function writeTruth(
  dir: string,
  sites: readonly Site[],
  from: number,
  to: number,
): Promise<{ incidents: TrueIncident[]; decoys: Decoyed[] }> {
  const incidents = sites
    .flatMap(({ truth }) => truth.incidents())
    .toSorted((a, b) => a.onsetTs - b.onsetTs || (a.unitId < b.unitId ? -1 : 1));
  const decoys = sites
    .flatMap(({ truth }) => truth.decoys(from, to))
    .toSorted((a, b) => a.startTs - b.startTs);
  const incidentsFile = createCsvFile(join(dir, 'incidents.csv'), INCIDENT_COLUMNS);
  await incidentsFile.append(incidents.map(renderIncident));
  await incidentsFile.close();
  const negativesFile = createCsvFile(join(dir, 'negatives.csv'), ['unit_id', 'kind', 'start_ts', 'end_ts']);
  await negativesFile.append(
    decoys.map(({ unitId, kind, startTs, endTs }) => [unitId, kind, new Date(startTs), new Date(endTs)]),
  );
  await negativesFile.close();
  return { incidents, decoys };
}

function renderIncident(incident: TrueIncident, index: number): Cell[] {
  const { remedies } = incident;
  const counted = remedies.find(({ quantity }) => quantity !== null);
  return [
    `I${String(index + 1).padStart(5, '0')}`,
    incident.unitId,
    incident.kind,
    new Date(incident.onsetTs),
    new Date(incident.endTs),
    incident.cause,
    incident.causeTs === null ? null : new Date(incident.causeTs),
    incident.familyId,
    remedies.map(({ action }) => action).join('|'),
    remedies.map(({ unitId }) => unitId).join('|'),
    remedies.map(({ process }) => process).join('|'),
    counted?.quantity ?? null,
    counted?.quantityUnit ?? null,
    remedies
      .map(({ quantity, quantityUnit }) => (quantity === null ? '' : `${quantity} ${quantityUnit}`))
      .join('|'),
  ];
}
