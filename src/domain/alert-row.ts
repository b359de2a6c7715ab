/** What one cycle says of one alert key, flat, as analysts read it: a row of alerts.csv and of the analytics schema. */
import type { UnitLabel } from './suppress/contract.ts';
import type { ResolvedRecommendation } from './recommendation.ts';
import type { CycleId } from './vocabulary.ts';
import { compare } from './compare.ts';

export interface AlertRow extends UnitLabel {
  cycleTs: CycleId;
  /** Version that decided; empty where nothing was interpreted. */
  algorithm: string;
  /** Of the recommendation; null where there is none. */
  probability: number | null;
  process: string | null;
}

/** One row per key that is not plain healthy, in the order of the labels. */
export function toAlertRows(input: {
  cycleId: CycleId;
  algorithm: string;
  labels: readonly UnitLabel[];
  recommendations: readonly ResolvedRecommendation[];
}): AlertRow[] {
  const key = (of: { unitId: string; direction: string }): string => `${of.unitId} ${of.direction}`;
  const byKey = new Map(input.recommendations.map((each) => [key(each), each]));
  return input.labels.map((label) => {
    const recommendation = byKey.get(key(label));
    return {
      ...label,
      cycleTs: input.cycleId,
      algorithm: input.algorithm,
      probability: recommendation?.probability ?? null,
      process: recommendation?.process ?? null,
    };
  });
}

/** The columns of alerts.csv in their order. */
const COLUMNS: readonly [string, (row: AlertRow) => string | number | null][] = [
  ['cycle_ts', (row) => row.cycleTs],
  ['unit_id', (row) => row.unitId],
  ['state', (row) => row.state],
  ['action', (row) => row.action],
  ['direction', (row) => row.direction],
  ['severity', (row) => row.severity],
  ['label', (row) => row.label],
  ['reason', (row) => row.reason],
  ['quantity', (row) => row.quantity],
  ['quantity_unit', (row) => row.quantityUnit],
  ['tto_min', (row) => row.ttoMin],
  ['tts_min', (row) => row.ttsMin],
  ['quality', (row) => row.quality],
  ['episode_id', (row) => row.episodeId],
  ['algorithm', (row) => row.algorithm],
  ['action_unit_id', (row) => row.actionUnitId],
  ['probability', (row) => row.probability],
  ['cause', (row) => row.cause],
  ['process', (row) => row.process],
  ['winner', (row) => row.winner],
];

export const ALERTS_CSV_HEADER = COLUMNS.map(([name]) => name).join(',');

/** One line of alerts.csv, without its end; empty is unknown or none. */
export function alertsCsvLine(row: AlertRow): string {
  return COLUMNS.map(([, read]) => cell(read(row))).join(',');
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** By unit, then direction: the order of the rows of one cycle. */
export function compareAlertRows(
  a: Pick<AlertRow, 'cycleTs' | 'unitId' | 'direction'>,
  b: Pick<AlertRow, 'cycleTs' | 'unitId' | 'direction'>,
): number {
  return compare(a.cycleTs, b.cycleTs) || compare(a.unitId, b.unitId) || compare(a.direction, b.direction);
}
