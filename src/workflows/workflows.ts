// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Everything the worker registers. The names are contracts: schedules, people and other programs use them. */
export { monitoringCycle } from './monitoring-cycle.ts';
export { warehouseCycle } from './warehouse-cycle.ts';
export { warehouse } from './warehouse.ts';
