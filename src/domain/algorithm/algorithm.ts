/** Which algorithm versions there are, and what may be set over them: how readily to warn, and one unit's limits. */
import type { UnitOverride } from '../registry.ts';
import {
  parametersSchema,
  zoneThresholdsSchema,
  type AlgorithmParameters,
  type ZoneThresholds,
} from './schema.ts';
import { FAILURE } from '../../failures/failures.ts';
import { VERSION_1_0_0 } from './versions/1.0.0.ts';

/** The default and, while a warehouse may name it, its predecessor. */
export const ALGORITHMS: Readonly<Record<string, AlgorithmParameters>> = {
  '1.0.0': deepFreeze(parametersSchema.parse(VERSION_1_0_0)),
};

export const DEFAULT_ALGORITHM = '1.0.0';

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

/** Names the known versions. Repeating does not mend it. */
export class UnknownAlgorithm extends Error {
  override readonly name = FAILURE.UnknownAlgorithm;
}

/** @throws UnknownAlgorithm */
export function algorithm(version: string): AlgorithmParameters {
  const parameters = Object.hasOwn(ALGORITHMS, version) ? ALGORITHMS[version] : undefined;
  if (!parameters) {
    throw new UnknownAlgorithm(
      `algorithm "${version}" is unknown: expected one of ${Object.keys(ALGORITHMS).join(', ')}; ` +
        `set warehouse.algorithm to one of these`,
    );
  }
  return parameters;
}

/**
 * How readily to warn, by one number: a unit is at risk from the probability `1 - sensitivity` of being full within
 * the nearer horizon. 0.5 is quiet, 0.93 misses next to nothing.
 * @param sensitivity 0..1 @throws RangeError outside
 */
export function withSensitivity(parameters: AlgorithmParameters, sensitivity: number): AlgorithmParameters {
  if (!(sensitivity > 0 && sensitivity < 1)) {
    throw new RangeError(`sensitivity is ${sensitivity}: expected a number above 0 and below 1, e.g. 0.85`);
  }
  const overflowRiskProbability = 1 - sensitivity;
  return {
    ...parameters,
    zones: {
      ...parameters.zones,
      overflowRiskProbability,
      overflowRiskProbabilityExit: overflowRiskProbability / 2,
    },
  };
}

/**
 * The unit's own thresholds over the version's. Where the merged set contradicts itself the version's stand,
 * and `problem` says what is wrong.
 */
export function unitThresholds(
  zones: ZoneThresholds,
  override: UnitOverride | null,
): { thresholds: ZoneThresholds; problem: string | null } {
  if (!override || Object.keys(override.thresholds).length === 0) return { thresholds: zones, problem: null };
  const merged = zoneThresholdsSchema.safeParse({ ...zones, ...override.thresholds });
  if (merged.success) return { thresholds: merged.data, problem: null };
  return { thresholds: zones, problem: merged.error.issues.map((issue) => issue.message).join('; ') };
}
