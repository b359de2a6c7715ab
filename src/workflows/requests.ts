// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What people and outside programs may ask of a cycle, checked where it enters. */
import { FAILURE } from '../failures/failures.ts';
import { applicationFailure } from '../failures/temporal-failures.ts';

/** The input of `monitoringCycle`: `{}` is a live cycle of every active warehouse. */
export interface CycleRequest {
  /** ISO 8601 with Z or offset; makes the run a replay of that instant. */
  snapshot?: string;
  /** Codes; absent: every active warehouse. */
  warehouses?: string[];
  /** Default: true for a live run, false for a replay. */
  deliver?: boolean;
}

/** @throws ApplicationFailure `InvalidInput`, never retried, naming the field and what was expected. */
export function checkRequest(input: unknown): CycleRequest {
  const refuse = (problem: string): never => {
    throw applicationFailure(
      FAILURE.InvalidInput,
      `monitoringCycle: ${problem}. Expected {"snapshot"?: ISO 8601 instant, "warehouses"?: [codes], "deliver"?: boolean}`,
    );
  };
  if (input === undefined || input === null) return {};
  if (typeof input !== 'object' || Array.isArray(input))
    return refuse(`the input is ${JSON.stringify(input)}`);
  const { snapshot, warehouses, deliver, ...unknown } = input as Record<string, unknown>;
  const names = Object.keys(unknown);
  if (names.length > 0)
    return refuse(`unknown field ${names.map((name) => JSON.stringify(name)).join(', ')}`);
  if (snapshot !== undefined && typeof snapshot !== 'string') return refuse('"snapshot" is not a text');
  if (deliver !== undefined && typeof deliver !== 'boolean')
    return refuse('"deliver" is neither true nor false');
  if (warehouses !== undefined && !isCodes(warehouses)) return refuse('"warehouses" is not a list of codes');
  return {
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(warehouses === undefined ? {} : { warehouses }),
    ...(deliver === undefined ? {} : { deliver }),
  };
}

function isCodes(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((code) => typeof code === 'string' && code !== '')
  );
}
