/** Several simulated warehouses, each with its truth, advancing together. */
import { ORDINARY } from './calendar.ts';
import { createTruth, type Truth } from './truth.ts';
import { createWarehouse, type Warehouse } from './warehouse.ts';

export interface NetworkOptions {
  seed: number;
  warehouses: number;
  /** Epoch ms, a whole minute. */
  startTs: number;
}

export interface Site {
  warehouse: Warehouse;
  truth: Truth;
}

const TIMEZONES = [
  'Europe/Berlin',
  'Europe/Madrid',
  'Europe/Warsaw',
  'Europe/London',
  'America/New_York',
  'America/Chicago',
] as const;

/** The floor runs for so long before anything happens on it. */
const QUIET_MS = 2 * 3_600_000;

export function createNetwork({ seed, warehouses, startTs }: NetworkOptions): Site[] {
  return Array.from({ length: warehouses }, (_, index) => {
    const warehouse = createWarehouse({
      code: `SIM${index + 1}`,
      timezone: TIMEZONES[(seed + index) % TIMEZONES.length] ?? 'Europe/Berlin',
      seed,
      startTs,
      quietUntil: startTs + QUIET_MS,
      liveliness: ORDINARY,
    });
    return { warehouse, truth: createTruth(warehouse) };
  });
}
