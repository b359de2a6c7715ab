/** How what no unit can say is written up: of a warehouse, or of one of its sources. */
import type { Recommendation } from '../recommendation.ts';
import { DOUBTED_QUALITY } from '../suppress/limits.ts';
import { sentence } from '../words/sentence.ts';

/** @param unitId the warehouse's code, or the id of its source */
export function writeOwn(
  unitId: string,
  algorithm: string,
  of: Pick<
    Recommendation,
    'direction' | 'state' | 'cause' | 'action' | 'severity' | 'alarm' | 'branch' | 'tests' | 'because'
  > &
    Partial<Pick<Recommendation, 'minutesActionable'>>,
): Recommendation {
  const decided = {
    minutesActionable: null,
    ...of,
    unitId,
    actionUnitId: unitId,
    quantity: null,
    quantityUnit: null,
    process: null,
    fromProcess: null,
    ttoMin: null,
    ttsMin: null,
    probability: null,
    quality: DOUBTED_QUALITY,
    algorithm,
    levelAndWcsAgree: false,
    atOnce: false,
  };
  return { ...decided, sentence: sentence({ ...decided, fill: null }) };
}
