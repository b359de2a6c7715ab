/** Between which numbers a building is drawn: the usual ones, and wide ones. */
type Range = readonly [number, number];

export interface ShiftTimes {
  /** Hours of the local day at which shifts begin. */
  hours: readonly number[];
  /** null: round the clock. */
  closesHour: number | null;
}

export interface LayoutRanges {
  lines: Range;
  /** Units per minute of a line. */
  flowUpm: Range;
  inducts: Range;
  lanes: Range;
  walls: Range;
  /** By line: how often it has walls, so one stage more. */
  wallShare: readonly number[];
  /** Minutes of flow that a path holds. */
  inductMin: Range;
  wallMin: Range;
  laneMin: Range;
  /** How many times more a roomy line holds than a tight one. */
  mostRoom: number;
  /** No path holds less. */
  leastCapacity: number;
  transitMin: Range;
  /** What the sorter holds, by its transit's flow. */
  sorterRoom: Range;
  /** Weight of a path among those beside it. */
  weight: Range;
  /** How often a lane has a photo eye that the counter system knows. */
  eyeShare: number;
  leastTeam: number;
  /** Stations by people. */
  stations: number;
  standbyShare: Range;
  targetFill: Range;
  waveFill: Range;
  closedShare: number;
  closedShifts: readonly ShiftTimes[];
  openShifts: readonly ShiftTimes[];
  breakGroups: Range;
  breakMin: readonly number[];
  /** In fives of minutes. */
  firstBreak: Range;
  staggerMin: readonly number[];
  departureEveryHours: Range;
  shiftFactors: readonly Range[];
}

export const USUAL_RANGES: LayoutRanges = {
  lines: [2, 4],
  flowUpm: [30, 64],
  inducts: [2, 3],
  lanes: [3, 5],
  walls: [2, 3],
  wallShare: [0, 0.7],
  inductMin: [10, 18],
  wallMin: [8, 14],
  laneMin: [12, 22],
  mostRoom: 2.5,
  leastCapacity: 0,
  transitMin: [0.9, 1.5],
  sorterRoom: [2.2, 3],
  weight: [0.75, 1.25],
  eyeShare: 0.9,
  leastTeam: 6,
  stations: 1.4,
  standbyShare: [0.3, 0.5],
  targetFill: [0.38, 0.5],
  waveFill: [0.05, 0.12],
  closedShare: 0.4,
  closedShifts: [{ hours: [6, 14], closesHour: 22 }],
  openShifts: [{ hours: [6, 14, 22], closesHour: null }],
  breakGroups: [3, 4],
  breakMin: [20, 30],
  firstBreak: [22, 30],
  staggerMin: [30, 35, 40],
  departureEveryHours: [2, 4],
  shiftFactors: [
    [0.85, 1],
    [0.8, 1],
    [0.6, 0.8],
  ],
};

export const WIDE_RANGES: LayoutRanges = {
  lines: [1, 4],
  flowUpm: [9, 85],
  inducts: [1, 5],
  lanes: [2, 9],
  walls: [1, 4],
  wallShare: [0.3, 0.5, 0.3, 0.3],
  inductMin: [7, 25],
  wallMin: [7, 22],
  laneMin: [8, 30],
  mostRoom: 2.5,
  leastCapacity: 50,
  transitMin: [0.5, 3],
  sorterRoom: [1.8, 4],
  weight: [0.5, 1.5],
  eyeShare: 0.85,
  leastTeam: 4,
  stations: 1.6,
  standbyShare: [0.1, 0.6],
  targetFill: [0.25, 0.55],
  waveFill: [0.01, 0.15],
  closedShare: 0.4,
  closedShifts: [
    { hours: [6, 14], closesHour: 22 },
    { hours: [7], closesHour: 17 },
    { hours: [8, 16], closesHour: 24 },
    { hours: [5, 11, 17], closesHour: 23 },
  ],
  openShifts: [
    { hours: [6, 14, 22], closesHour: null },
    { hours: [6, 18], closesHour: null },
    { hours: [4, 10, 16, 22], closesHour: null },
  ],
  breakGroups: [1, 5],
  breakMin: [15, 20, 30, 45],
  firstBreak: [18, 30],
  staggerMin: [20, 30, 35],
  departureEveryHours: [1, 6],
  shiftFactors: [
    [0.8, 1],
    [0.75, 1],
    [0.6, 0.9],
    [0.6, 0.9],
  ],
};
