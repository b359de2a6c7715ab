/** Several simulated warehouses, each with its truth, advancing together. */
import { ORDINARY, SETTLING_MS, type Liveliness } from './calendar.ts';
import type { WarehouseLayout } from './layout.ts';
import { createTruth, type Truth } from './truth.ts';
import { createWarehouse, type Warehouse } from './warehouse.ts';
import { drawWideFloor } from './wide-floor.ts';

export const VARIETIES = ['usual', 'wide'] as const;
export type Variety = (typeof VARIETIES)[number];

export interface NetworkOptions {
  seed: number;
  warehouses: number;
  /** Epoch ms, a whole minute. */
  startTs: number;
  /** usual: floors of one kind; wide: each as unlike the others as floors are. */
  variety: Variety;
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

export function createNetwork({ seed, warehouses, startTs, variety }: NetworkOptions): Site[] {
  return Array.from({ length: warehouses }, (_, index) => {
    const code = `SIM${index + 1}`;
    const timezone = TIMEZONES[(seed + index) % TIMEZONES.length] ?? 'Europe/Berlin';
    const floor: { layout?: WarehouseLayout; liveliness: Liveliness } =
      variety === 'wide' ? drawWideFloor({ seed, code, timezone }) : { liveliness: ORDINARY };
    const warehouse = createWarehouse({
      code,
      timezone,
      seed,
      startTs,
      quietUntil: startTs + SETTLING_MS,
      ...floor,
    });
    return { warehouse, truth: createTruth(warehouse) };
  });
}
