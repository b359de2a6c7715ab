/** What a simulated warehouse is built of: two workpools, each one line from picking to packing. */
export type LineStage = 'INDUCT' | 'SORT' | 'PACK';
export type Process = 'PICK' | 'INDUCT' | 'PACK';

export const PROCESSES: readonly Process[] = ['PICK', 'INDUCT', 'PACK'];

export interface PathLayout {
  /** Unique within the warehouse: the counter system knows no workpool. */
  path: string;
  stage: LineStage;
  bufferKind: 'CONVEYOR' | 'LANE' | 'CHUTE';
  capacityUnits: number;
  /** Side by side; the counts of a path are spread over them. */
  devices: readonly string[];
}

export interface LineLayout {
  workpool: string;
  inducts: readonly PathLayout[];
  sorter: PathLayout;
  lanes: readonly PathLayout[];
  /** Persons per process in a full shift, a multiple of the three break groups. */
  headcount: Readonly<Record<Process, number>>;
  /** Units per hour and person. All three processes pass the same planned flow. */
  uph: Readonly<Record<Process, number>>;
}

interface LineShape {
  workpool: string;
  firstInduct: number;
  sorter: string;
  lanePrefix: 'LANE' | 'CHUTE';
  inductCapacity: number;
  sorterCapacity: number;
  laneCapacity: number;
  headcount: Readonly<Record<Process, number>>;
  uph: Readonly<Record<Process, number>>;
}

const SHAPES: readonly LineShape[] = [
  {
    workpool: 'SINGLES',
    firstInduct: 1,
    sorter: 'SORT-1',
    lanePrefix: 'LANE',
    inductCapacity: 200,
    sorterCapacity: 90,
    laneCapacity: 120,
    // 42 units per minute through each process: 18 x 140 = 6 x 420 = 12 x 210 = 2520 an hour.
    headcount: { PICK: 18, INDUCT: 6, PACK: 12 },
    uph: { PICK: 140, INDUCT: 420, PACK: 210 },
  },
  {
    workpool: 'MULTIS',
    firstInduct: 3,
    sorter: 'SORT-2',
    lanePrefix: 'CHUTE',
    inductCapacity: 160,
    sorterCapacity: 65,
    laneCapacity: 90,
    // 30 units per minute: multi-line orders take longer at every step.
    headcount: { PICK: 15, INDUCT: 6, PACK: 12 },
    uph: { PICK: 120, INDUCT: 300, PACK: 150 },
  },
];

const INDUCTS_PER_LINE = 2;
const LANES_PER_LINE = 4;

export function buildLines(): LineLayout[] {
  return SHAPES.map((shape) => ({
    workpool: shape.workpool,
    inducts: Array.from({ length: INDUCTS_PER_LINE }, (_, index) => {
      const path = `INDUCT-${shape.firstInduct + index}`;
      return {
        path,
        stage: 'INDUCT',
        bufferKind: 'CONVEYOR',
        capacityUnits: shape.inductCapacity,
        devices: [`${path}-A`, `${path}-B`],
      };
    }),
    sorter: {
      path: shape.sorter,
      stage: 'SORT',
      bufferKind: 'CONVEYOR',
      capacityUnits: shape.sorterCapacity,
      devices: [`${shape.sorter}-LOOP`],
    },
    lanes: Array.from({ length: LANES_PER_LINE }, (_, index) => {
      const path = `${shape.lanePrefix}-${index + 1}`;
      return {
        path,
        stage: 'PACK',
        bufferKind: shape.lanePrefix,
        capacityUnits: shape.laneCapacity,
        devices: [`${path}-EYE`],
      };
    }),
    headcount: shape.headcount,
    uph: shape.uph,
  }));
}
