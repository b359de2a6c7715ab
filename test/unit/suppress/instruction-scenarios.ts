/** What people are told beside the instruction itself, as data. */
import { GOOD, high, unitIdOf } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const staff = (quantity: number) => high({ process: 'PACK', quantity });
const throttle = (quantity: number) =>
  high({
    ...{ action: 'THROTTLE_PICKING_ALL', actionUnitId: unitIdOf('TOTAL') },
    ...{ quantity, quantityUnit: 'percent' },
  });

export const INSTRUCTION_SCENARIOS: Scenario[] = [
  {
    name: 'a count of people stands in place of the earlier one, and nothing of it is to be undone',
    steps: [
      { c: 1, units: { U1: staff(3) }, says: ['NEW U1: ADD_STAFF 3 at U1, PACK'] },
      {
        c: 2,
        units: { U1: staff(12) },
        says: ['ONGOING U1: ADD_STAFF 12 at U1, PACK; instead of ADD_STAFF 3 at U1, PACK'],
      },
      {
        c: 3,
        units: {
          U1: high({ action: 'MOVE_STAFF', process: 'PICK', fromProcess: 'PACK', quantity: 12 }),
        },
        says: ['ONGOING U1: MOVE_STAFF 12 at U1, PACK to PICK; instead of ADD_STAFF 12 at U1, PACK'],
      },
      { c: 4, units: { U1: GOOD } },
      { c: 5, units: { U1: GOOD }, says: ['CLEARED U1: NONE - at U1'] },
    ],
  },
  {
    name: 'people come on top of a throttle, which is taken back at the end, and that is done by somebody',
    steps: [
      { c: 1, units: { U1: throttle(20) }, says: ['NEW U1: THROTTLE_PICKING_ALL 20 at TOTAL'] },
      {
        c: 2,
        units: { U1: staff(3) },
        says: ['ONGOING U1: ADD_STAFF 3 at U1, PACK; beside THROTTLE_PICKING_ALL 20 at TOTAL'],
      },
      { c: 3, units: { U1: GOOD } },
      {
        c: 4,
        units: { U1: GOOD },
        says: ['CLEARED U1: NONE - at U1; undo RELEASE_PICKING_ALL 20 at TOTAL'],
      },
      {
        c: 5,
        units: { U1: GOOD },
        before: async (subject) => {
          const { status } = await subject.acknowledge({ unit: unitIdOf('U1'), by: 'lea' });
          const { undo = [] } = await subject.alertState();
          if (status !== 'ok' || undo[0]?.doneBy !== 'lea') throw new Error(`done: ${JSON.stringify(undo)}`);
        },
        says: [],
      },
    ],
  },
  {
    name: 'of two that asked for the same throttle the last to end takes it back',
    steps: [
      { c: 1, units: { U1: throttle(20), U2: throttle(30) } },
      { c: 2, units: { U1: GOOD, U2: throttle(30) } },
      { c: 3, units: { U1: GOOD, U2: throttle(30) }, says: ['CLEARED U1: NONE - at TOTAL'] },
      { c: 4, units: { U1: GOOD, U2: GOOD } },
      {
        c: 5,
        units: { U1: GOOD, U2: GOOD },
        says: ['CLEARED U2: NONE - at TOTAL; undo RELEASE_PICKING_ALL 30 at TOTAL'],
      },
    ],
  },
];
