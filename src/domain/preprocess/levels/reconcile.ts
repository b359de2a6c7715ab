/**
 * One path's level held against what its counters saw pass: which of the two is believed, and since when. A doubt begins
 * where they part and ends by evidence alone: a step back to where the flows put the level, or both telling the same
 * change, large enough to tell. What the last cycle doubted comes in, what this one does goes out.
 */
import { toDecimals, UNITS_DECIMALS } from '../../digits.ts';
import type { DefectName, Doubt } from '../../series.ts';
import type { FlowSums, Flowed } from '../flows/flow-sums.ts';
import { type Anchor, type LevelReading, anchorAt, estimateAt } from './estimate.ts';
import { levelScale } from './level-scale.ts';
import {
  AGREED_CHANGE_SHARE,
  AGREED_SLOPE_ERROR,
  ANCHOR_MAX_MIN,
  ANCHOR_SETTLED_MIN,
  BACK_READINGS,
  BRIDGE_MAX_MIN,
  CONSERVATION_SHARE,
  CONSERVATION_WINDOW_MIN,
  COUNTER_ERROR_SHARE,
  DRIFT_FLOW_SHARE,
  DRIFT_SHARE,
  ESTIMATE_LIMIT_SHARE,
  IMPOSSIBLE_SHARE,
  LEVEL_ERROR_UNITS,
  MINUTE_MS,
  MOVING_READINGS,
  STEP_CHURN_SHARE,
  STEP_SHARE,
  STOCK_REFRESH_MIN,
  STUCK_EMPTY_SHARE,
  STUCK_FLOW_SHARE,
  STUCK_FULL_SHARE,
  STUCK_READINGS,
  WRONG_UNIT_FACTOR,
} from '../limits.ts';

/** A reading as it came; `fault` where no buffer can hold so much. */
export interface ToldLevel extends LevelReading {
  fault: 'NEGATIVE' | 'OVER_CAPACITY' | null;
}

export interface Evidence {
  of: Pick<Doubt, 'workpool' | 'path'>;
  /** In time order, within the grid. */
  readings: readonly ToldLevel[];
  flows: FlowSums;
  capacityUnits: number | null;
  /** Of this path, as the last cycle left them. */
  doubts: readonly Doubt[];
  /** First instant of the grid, epoch ms. */
  windowTs: number;
  snapshotTs: number;
}

export interface Reconciled {
  /** Readings that are believed, in time order. */
  believed: LevelReading[];
  /** Where the level is to be estimated from: it is denied, or silent for longer than it may be bridged. */
  anchor: Anchor | null;
  /** Whether what was told at an instant is not believed. */
  denied: (ts: number) => boolean;
  /** Whether the minute before an instant is one whose counters are not believed; null where there is none. */
  flowDenied: ((ts: number) => boolean) | null;
  /** The level's own doubt, that of level and flow together, and the flow's, where they last. */
  open: { level: Doubt | null; drift: Doubt | null; flow: Doubt | null };
  /** From then on nobody has corrected the level: epoch ms. */
  correctedTs: number;
  doubts: Doubt[];
  /** The newest reading that is not believed, where the doubt lasts. */
  suspect: ToldLevel | null;
}

/** Doubts in which what is told stands. */
const AGREEABLE: ReadonlySet<DefectName> = new Set(['LATE', 'CONSERVATION']);

export function reconcile(evidence: Evidence): Reconciled {
  return new Reconciliation(evidence).run();
}

class Reconciliation {
  readonly #e: Evidence;
  readonly #capacity: number;
  /** Doubts that are over; they still keep their readings out of the look back. */
  readonly #ended: Doubt[];
  /** The level's own open doubt, and the one of level and flow alike. */
  #level: Doubt | null;
  #drift: Doubt | null;
  #flow: Doubt | null;
  readonly #believed: LevelReading[] = [];
  /** Readings of the open doubt. */
  #suspects: ToldLevel[] = [];

  constructor(evidence: Evidence) {
    this.#e = evidence;
    this.#capacity = evidence.capacityUnits ?? 0;
    const open = evidence.doubts.filter(({ until }) => until === undefined);
    this.#ended = evidence.doubts.filter(({ until }) => (until ?? -Infinity) > evidence.windowTs);
    this.#level = open.find(({ reading, name }) => reading === 'level' && name !== 'CONSERVATION') ?? null;
    this.#drift = open.find(({ name }) => name === 'CONSERVATION') ?? null;
    this.#flow = open.find(({ reading }) => reading === 'flow') ?? null;
  }

  run(): Reconciled {
    if (this.#capacity > 0) {
      this.#watchScale();
      for (const reading of this.#e.readings) this.#take(reading);
      this.#watchDrift();
      this.#watchFlow();
      this.#watchSilence();
    } else this.#believed.push(...this.#e.readings.filter(({ fault }) => fault === null));
    const level = this.#level && this.#moveAnchor(this.#level);
    const drift = this.#drift && this.#moveAnchor(this.#drift);
    const doubts = [...this.#ended, level, drift, this.#flow].filter((doubt) => doubt !== null);
    const levels = doubts.filter(({ reading, name }) => reading === 'level' && !AGREEABLE.has(name));
    const flows = doubts.filter(({ reading }) => reading === 'flow');
    return {
      believed: this.#believed,
      anchor: this.#flow ? null : (this.#level?.estimate ?? this.#silentSince()),
      denied: (ts) => levels.some(({ since, until }) => since <= ts && ts < (until ?? Infinity)),
      flowDenied:
        flows.length > 0
          ? (ts) => flows.some(({ since, until }) => since < ts && ts <= (until ?? Infinity))
          : null,
      open: { level, drift, flow: this.#flow },
      correctedTs: this.#correctedTs(),
      doubts,
      suspect: this.#suspects.at(-1) ?? null,
    };
  }

  #take(reading: ToldLevel): void {
    const wasDenied = this.#ended.some(
      ({ reading: of, since, until }) =>
        of === 'level' && since <= reading.ts && reading.ts < (until ?? Infinity),
    );
    if (wasDenied) return;
    if (this.#level && reading.ts >= this.#level.since) this.#suspect(reading, this.#level);
    else this.#believe(reading);
  }

  /** Both tell the same story, at another scale: the one that makes the smaller steps counts something else. */
  #watchScale(): void {
    const { readings, flows } = this.#e;
    const [first] = readings;
    if (this.#level || this.#flow || !first) return;
    const told = readings.filter(({ fault }) => fault === null);
    const scale = levelScale(told, flows, this.#capacity);
    if (scale === null) return;
    if (scale <= 1 / WRONG_UNIT_FACTOR)
      this.#level = { ...this.#e.of, reading: 'level', name: 'WRONG_UNIT', since: first.ts };
    else if (scale >= WRONG_UNIT_FACTOR) this.#denyFlow(first.ts);
  }

  // --- Believed -----------------------------------------------------------------------------------------------

  #believe(reading: ToldLevel): void {
    const last = this.#believed.at(-1);
    const anchor = last ? anchorAt(last, this.#capacity) : undefined;
    if (reading.fault !== null) return this.#doubt(reading.fault, reading, anchor);
    if (!last || !anchor) return void this.#believed.push(reading);

    const flowed = this.#known(last.ts, reading.ts);
    if (flowed) {
      const expected = last.wipUnits + flowed.net;
      const error = this.#stepError(flowed);
      const isImpossible = this.#isImpossible(expected, anchor.offBy + error);
      if (
        !this.#isSpike(last, reading, expected) &&
        (isImpossible || !this.#agrees(reading.wipUnits, expected, error))
      ) {
        if (!isImpossible) return this.#doubt(nameOf(reading.wipUnits, expected), reading, anchor);
        this.#denyFlow(last.ts);
      }
    }
    this.#believed.push(reading);
    this.#watchStuck();
  }

  /** A counter jumped, and but for that minute, which is left out, all agree. */
  #isSpike(last: LevelReading, reading: LevelReading, expected: number): boolean {
    const spike = this.#e.flows.spikeBetween(last.ts, reading.ts);
    if (!spike) return false;
    const { fromTs, toTs, rest } = spike;
    const without = last.wipUnits + rest.net;
    if (Math.abs(reading.wipUnits - without) >= Math.abs(reading.wipUnits - expected)) return false;
    if (!this.#agrees(reading.wipUnits, without, this.#stepError(rest))) return false;
    this.#ended.push({ ...this.#e.of, reading: 'flow', name: 'FLOW_DENIED', since: fromTs, until: toTs });
    return true;
  }

  /** So many readings in a row without a change, although units came or left and the buffer is no end of the scale. */
  #watchStuck(): void {
    const newest = this.#believed.at(-1);
    if (!newest) return;
    const changed = this.#believed.findLastIndex(({ wipUnits }) => wipUnits !== newest.wipUnits);
    const still = this.#believed.slice(changed + 1);
    const fill = newest.wipUnits / this.#capacity;
    for (const [at, from] of still.entries()) {
      if (still.length - at < STUCK_READINGS) return;
      const flowed = this.#known(from.ts, newest.ts);
      if (!flowed || Math.abs(flowed.net) <= STUCK_FLOW_SHARE * this.#capacity) continue;
      if (flowed.net > 0 ? fill >= STUCK_FULL_SHARE : fill <= STUCK_EMPTY_SHARE) continue;
      const since = still[at + 1] ?? newest;
      this.#believed.splice(this.#believed.indexOf(since));
      this.#suspects = still.slice(at + 1).map((each) => ({ ...each, fault: null }));
      const anchor = anchorAt(from, this.#capacity);
      // Where units flow one way alone, the other counter may be the one that stands still: then nobody knows.
      if (isOneWay(flowed)) anchor.offBy += ESTIMATE_LIMIT_SHARE * this.#capacity;
      this.#level = {
        ...this.#e.of,
        reading: 'level',
        name: 'STUCK_SENSOR',
        since: since.ts,
        estimate: anchor,
      };
      return;
    }
  }

  #doubt(name: DefectName, reading: ToldLevel, anchor: Anchor | undefined): void {
    this.#level = {
      ...this.#e.of,
      reading: 'level',
      name,
      since: reading.ts,
      ...(anchor ? { estimate: anchor } : {}),
    };
    this.#suspects = [reading];
  }

  // --- Doubted ------------------------------------------------------------------------------------------------

  #suspect(reading: ToldLevel, doubt: Doubt): void {
    const before = this.#suspects.at(-1) ?? null;
    this.#suspects.push(reading);
    if (reading.fault !== null) return;
    const estimate = doubt.estimate
      ? estimateAt(doubt.estimate, this.#e.flows, this.#capacity, reading.ts)
      : null;
    const isBounded = estimate !== null && estimate.offBy <= ESTIMATE_LIMIT_SHARE * this.#capacity;
    // Impossible by itself: where no flow says more, the next possible reading is as good as any.
    if (estimate === null && (doubt.name === 'NEGATIVE' || doubt.name === 'OVER_CAPACITY'))
      return this.#end(doubt, reading);
    if (doubt.name === 'LATE') {
      if (!isBounded || this.#agrees(reading.wipUnits, estimate.units, estimate.offBy + this.#stepError()))
        return this.#end(doubt, reading);
      this.#level = { ...doubt, name: nameOf(reading.wipUnits, estimate.units), since: reading.ts };
      return;
    }
    if (estimate && this.#isImpossible(estimate.unbounded, estimate.offBy + this.#stepError())) {
      // Flows that no buffer could hold: it was they that were wrong, all the time.
      this.#level = null;
      this.#believed.push(...this.#suspects.filter(({ fault }) => fault === null));
      this.#suspects = [];
      this.#denyFlow(doubt.since);
      return;
    }
    const jumped = before !== null && (before.fault !== null || this.#hasJumped(before, reading));
    const back = isBounded ? this.#steppedBack(doubt.estimate) : null;
    if (back) return this.#end(doubt, back);
    if (
      !doubt.estimate &&
      before !== null &&
      jumped &&
      nameOf(before.wipUnits, reading.wipUnits) === 'WRONG_UNIT'
    )
      if (reading.wipUnits > before.wipUnits) return this.#end(doubt, reading);
    if (isBounded && doubt.name === 'STUCK_SENSOR' && this.#movesAgain(doubt))
      return this.#end(doubt, reading);
    const agreed = this.#agreesOverChange();
    if (agreed) this.#end(doubt, agreed);
  }

  /**
   * The first of the newest readings that came back by a jump to where the flows put the level and went on with them: as
   * many as were wrong before, up to a few, since of many wrong ones some are near by chance.
   */
  #steppedBack(estimate: Anchor | undefined): ToldLevel | null {
    let first = this.#suspects.length;
    while (first > 0) {
      const [from, to] = [this.#suspects[first - 1], this.#suspects[first]];
      if (!from || !this.#isNear(from, estimate)) break;
      if (to && this.#hasJumped(from, to)) break;
      first--;
    }
    const [before, back] = [this.#suspects[first - 1], this.#suspects[first]];
    if (!before || !back || (before.fault === null && !this.#hasJumped(before, back))) return null;
    return this.#suspects.length - first >= Math.min(first, BACK_READINGS) ? back : null;
  }

  #isNear({ ts, wipUnits, fault }: ToldLevel, anchor: Anchor | undefined): boolean {
    const at = anchor ? estimateAt(anchor, this.#e.flows, this.#capacity, ts) : null;
    return fault === null && at !== null && this.#agrees(wipUnits, at.units, at.offBy + this.#stepError());
  }

  /** It no longer stands, and several readings in a row are where the flows put the level. */
  #movesAgain({ estimate }: Doubt): boolean {
    const newest = this.#suspects.slice(-MOVING_READINGS);
    const distinct = new Set(newest.map(({ wipUnits }) => wipUnits));
    if (newest.length < MOVING_READINGS || distinct.size < MOVING_READINGS) return false;
    return newest.every((reading) => this.#isNear(reading, estimate));
  }

  #hasJumped(before: LevelReading, now: LevelReading): boolean {
    const flowed = this.#known(before.ts, now.ts);
    return (
      flowed !== null && !this.#agrees(now.wipUnits, before.wipUnits + flowed.net, this.#stepError(flowed))
    );
  }

  /** The first of the newest suspects that went with the flows, step by step, over a change large enough to tell. */
  #agreesOverChange(): ToldLevel | null {
    const newest = this.#suspects.at(-1);
    if (!newest) return null;
    let first = this.#suspects.length - 1;
    while (first > 0) {
      const [from, to] = [this.#suspects[first - 1], this.#suspects[first]];
      if (!from || !to || from.fault !== null || this.#hasJumped(from, to)) break;
      if (!this.#known(from.ts, to.ts)) break;
      first--;
    }
    for (let at = first; at < this.#suspects.length - 1; at++) {
      const from = this.#suspects[at];
      const flowed = from && this.#known(from.ts, newest.ts);
      if (!from || !flowed || Math.abs(flowed.net) < AGREED_CHANGE_SHARE * this.#capacity) continue;
      const error = Math.abs(newest.wipUnits - from.wipUnits - flowed.net);
      if (error <= AGREED_SLOPE_ERROR * Math.abs(flowed.net)) return from;
    }
    return null;
  }

  #end(doubt: Doubt, first: LevelReading): void {
    if (doubt.name !== 'LATE') this.#ended.push(over(doubt, first.ts));
    this.#level = null;
    this.#believed.push(...this.#suspects.filter(({ ts, fault }) => ts >= first.ts && fault === null));
    this.#suspects = [];
  }

  // --- Level and flows alike ----------------------------------------------------------------------------------

  /** No single step, and yet over the hour they part: nobody knows which is right, until the flows become impossible. */
  #watchDrift(): void {
    if (this.#level || this.#flow) return;
    const newest = this.#believed.at(-1);
    if (!newest) return;
    const from = this.#drift?.estimate ?? this.#oldestComparable(newest);
    const estimate = from ? estimateAt(from, this.#e.flows, this.#capacity, newest.ts) : null;
    if (!from || !estimate || newest.ts - from.ts < CONSERVATION_WINDOW_MIN * MINUTE_MS) {
      if (this.#drift && this.#agreesOfLate(newest)) this.#drift = null;
      return;
    }
    const flowed = this.#e.flows.between(from.ts, newest.ts);
    const most = DRIFT_SHARE * this.#capacity + DRIFT_FLOW_SHARE * (flowed?.gross ?? 0);
    const parted = Math.abs(newest.wipUnits - estimate.units) > most;
    if (parted && this.#isImpossible(estimate.unbounded, most)) {
      this.#drift = null;
      this.#denyFlow(from.ts);
    } else if (parted && !this.#drift)
      this.#drift = {
        ...this.#e.of,
        reading: 'level',
        name: 'CONSERVATION',
        since: newest.ts,
        estimate: from,
      };
    else if (this.#drift) {
      // At an end of the scale whatever goes beyond it would agree.
      const agrees = Math.abs(newest.wipUnits - estimate.unbounded) <= most;
      if (agrees || this.#agreesOfLate(newest)) this.#drift = null;
    }
  }

  #oldestComparable(newest: LevelReading): Anchor | undefined {
    const after = this.#correctedTs();
    const oldest = this.#believed.find(({ ts }) => ts >= after && this.#known(ts, newest.ts) !== null);
    return oldest && anchorAt(oldest, this.#capacity);
  }

  #correctedTs(): number {
    return Math.max(0, ...this.#ended.map(({ reading, until }) => (reading === 'level' ? (until ?? 0) : 0)));
  }

  /** Level and flows went together over the last half hour, in which enough passed to tell. */
  #agreesOfLate(newest: LevelReading): boolean {
    const fromTs = newest.ts - CONSERVATION_WINDOW_MIN * MINUTE_MS;
    const from = this.#believed.find(({ ts }) => ts >= fromTs - STOCK_REFRESH_MIN * MINUTE_MS);
    const flowed = from && this.#e.flows.known(from.ts, newest.ts);
    if (!from || !flowed || newest.ts - from.ts < (CONSERVATION_WINDOW_MIN - STOCK_REFRESH_MIN) * MINUTE_MS)
      return false;
    if (flowed.gross < AGREED_CHANGE_SHARE * this.#capacity) return false;
    const error = CONSERVATION_SHARE * this.#capacity + COUNTER_ERROR_SHARE * flowed.gross;
    // At an end of the scale whatever goes beyond it would agree.
    return Math.abs(newest.wipUnits - from.wipUnits - flowed.net) <= error;
  }

  #denyFlow(since: number): void {
    this.#flow ??= { ...this.#e.of, reading: 'flow', name: 'FLOW_DENIED', since };
  }

  #watchFlow(): void {
    const newest = this.#believed.at(-1);
    if (!this.#flow || this.#level || !newest || !this.#agreesOfLate(newest)) return;
    this.#ended.push(over(this.#flow, newest.ts));
    this.#flow = null;
  }

  #silentSince(): Anchor | null {
    const newest = this.#believed.at(-1);
    if (!newest || this.#e.snapshotTs - newest.ts <= BRIDGE_MAX_MIN * MINUTE_MS) return null;
    return anchorAt(newest, this.#capacity);
  }

  /** Remembered before the last reading leaves the grid, so that it can be carried on from there. */
  #watchSilence(): void {
    const estimate = this.#silentSince();
    if (this.#level || this.#flow || !estimate || !this.#e.flows.isMeasured) return;
    if (this.#e.snapshotTs - estimate.ts <= ANCHOR_MAX_MIN * MINUTE_MS) return;
    this.#level = { ...this.#e.of, reading: 'level', name: 'LATE', since: estimate.ts + 1, estimate };
  }

  /** What is carried on must not leave the grid; once it may be anything, only the doubt itself stays. */
  #moveAnchor(doubt: Doubt): Doubt {
    const { estimate, ...rest } = doubt;
    if (!estimate || this.#e.snapshotTs - estimate.ts <= ANCHOR_MAX_MIN * MINUTE_MS) return doubt;
    const ts = this.#e.snapshotTs - ANCHOR_SETTLED_MIN * MINUTE_MS;
    const moved = estimateAt(estimate, this.#e.flows, this.#capacity, ts);
    if (!moved || moved.offBy > this.#capacity) return rest;
    const round = (value: number): number => toDecimals(value, UNITS_DECIMALS);
    return { ...rest, estimate: { ts, units: round(moved.units), offBy: round(moved.offBy) } };
  }

  // --- Tests --------------------------------------------------------------------------------------------------

  /** null where a minute in between is unknown, or its flow is not believed. */
  #known(fromTs: number, toTs: number): Flowed | null {
    if (this.#flow && toTs > this.#flow.since) return null;
    const wasDenied = this.#ended.some(
      ({ reading, since, until }) => reading === 'flow' && fromTs < (until ?? Infinity) && toTs > since,
    );
    return wasDenied ? null : this.#e.flows.known(fromTs, toTs);
  }

  #agrees(wipUnits: number, expected: number, error: number): boolean {
    const within = Math.min(Math.max(expected, 0), Math.max(this.#capacity, wipUnits));
    return Math.abs(wipUnits - within) <= error;
  }

  /** By how much a reading may differ from the one before and what passed since. */
  #stepError(flowed: Flowed = { net: 0, gross: 0, churn: 0, unknownMin: 0 }): number {
    return (
      LEVEL_ERROR_UNITS +
      STEP_SHARE * this.#capacity +
      STEP_CHURN_SHARE * flowed.churn +
      COUNTER_ERROR_SHARE * flowed.gross
    );
  }

  #isImpossible(units: number, error: number): boolean {
    const beyond = IMPOSSIBLE_SHARE * this.#capacity + error;
    return units < -beyond || units > this.#capacity + beyond;
  }
}

function isOneWay({ net, gross }: Flowed): boolean {
  return gross - Math.abs(net) <= STUCK_FLOW_SHARE * Math.abs(net);
}

function over({ workpool, path, reading, name, since }: Doubt, until: number): Doubt {
  return { workpool, path, reading, name, since, until };
}

/** A level that is off by a factor is told in another unit: totes, percent, a fraction, thousands. */
export function nameOf(wipUnits: number, expected: number): 'WRONG_UNIT' | 'LEVEL_DENIED' {
  const [low, high] = [Math.min(wipUnits, expected), Math.max(wipUnits, expected)];
  return low > 0 && high / low >= WRONG_UNIT_FACTOR ? 'WRONG_UNIT' : 'LEVEL_DENIED';
}
