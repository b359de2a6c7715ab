/** `warehouse` as it runs on a server, behind the driver's interface. */
import type { Client } from '@temporalio/client';
import * as warehouses from '../../src/client/warehouse.ts';
import { repackUnits } from '../../src/domain/suppress/packed-units.ts';
import { WAREHOUSE, type Subject } from '../unit/suppress/scenario.ts';

export function createWorkflowSubject(client: Client): Subject {
  return {
    // As the pipeline sends them; the pure functions are given them whole.
    decide: (input) =>
      warehouses.decideCycle(client, WAREHOUSE, { ...input, units: repackUnits(input.units, input.rules) }),
    takeOutbox: (input) => warehouses.takeOutbox(client, WAREHOUSE, input),
    confirm: async (confirmation) => void (await warehouses.confirmDelivery(client, WAREHOUSE, confirmation)),
    acknowledge: (input) => warehouses.acknowledge(client, WAREHOUSE, input),
    mute: (input) => warehouses.mute(client, WAREHOUSE, input),
    unmute: (input) => warehouses.unmute(client, WAREHOUSE, input),
    alertState: () => warehouses.queryAlertState(client, WAREHOUSE),
    restart: () => Promise.resolve(),
  };
}
