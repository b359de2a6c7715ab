/** What a fault does to the rows of its source. The floor is not asked: an effect sees nothing but clean rows. */
import type { LineLayout, PathLayout } from '../layout.ts';
import type { Random } from '../random.ts';
import type { ActualsRecord, CounterRecord, PlanRecord, StockRecord, TableName } from '../upstream-tables.ts';
import type { FaultSeverity } from './kinds.ts';

/** A row as it is written, or null where it is not. @param on false: the fault is over */
type Rewrite<R> = (record: R, on: boolean) => R | null;

export interface Effect {
  stock?: Rewrite<StockRecord>;
  counter?: Rewrite<CounterRecord>;
  actuals?: Rewrite<ActualsRecord>;
  plan?: Rewrite<PlanRecord>;
  /** It leaves something behind: it sees rows after its end. */
  lasting?: true;
  /** Where it shows, unless in the source of its kind. */
  source?: TableName;
  /** What the stock system calls the path meanwhile. */
  toldAs?: { workpool: string; path: string };
}

/** What an effect is made of. */
export interface Onset {
  random: Random;
  severity: FaultSeverity;
  /** Epoch ms. */
  startTs: number;
  line: LineLayout;
  /** The path that is struck; any of the line where it is not one path. */
  path: PathLayout;
  /** Workpools of the other lines. */
  otherWorkpools: readonly string[];
  /** Tells that a fault which was there from the start shows now. */
  shows: (ts: number) => void;
}

export type MakeEffect = (onset: Onset) => Effect;
