/**
 * One path's level held against what its counters saw pass: which of the two is believed, and since when. A doubt begins
 * where they part and ends by evidence alone: a step back to where the flows put the level, or both telling the same
 * change, large enough to tell. What the last cycle doubted comes in, what this one does goes out.
 */
import { toDecimals, UNITS_DECIMALS } from '../../digits.ts';
import type { DefectName, Doubt } from '../../series.ts';
import { believe, silentSince, watchScale, watchSilence } from './believed.ts';
import { covers } from './doubts.ts';
import { watchDrift } from './drift.ts';
import { type Anchor, type LevelReading, estimateAt } from './estimate.ts';
import { watchFlow } from './flow-doubt.ts';
import { type Evidence, type Inquiry, type ToldLevel, correctedTs, openInquiry } from './inquiry.ts';
import { suspect } from './suspected.ts';
import { ANCHOR_MAX_MIN, ANCHOR_SETTLED_MIN, MINUTE_MS } from '../limits.ts';

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
  const inquiry = openInquiry(evidence);
  if (inquiry.capacity > 0) {
    watchScale(inquiry);
    for (const reading of evidence.readings) take(inquiry, reading);
    watchDrift(inquiry);
    watchFlow(inquiry);
    watchSilence(inquiry);
  } else inquiry.believed.push(...evidence.readings.filter(({ fault }) => fault === null));
  return conclude(inquiry);
}

function take(inquiry: Inquiry, reading: ToldLevel): void {
  if (inquiry.ended.some((doubt) => doubt.reading === 'level' && covers(doubt, reading.ts))) return;
  if (inquiry.level && reading.ts >= inquiry.level.since) suspect(inquiry, reading, inquiry.level);
  else believe(inquiry, reading);
}

function conclude(inquiry: Inquiry): Reconciled {
  const { believed, ended, flow } = inquiry;
  const level = inquiry.level && moveAnchor(inquiry, inquiry.level);
  const drift = inquiry.drift && moveAnchor(inquiry, inquiry.drift);
  const alarm = inquiry.alarm && moveAnchor(inquiry, inquiry.alarm);
  const doubts = [...ended, level, drift, flow, alarm].filter((doubt) => doubt !== null);
  const levels = doubts.filter(({ reading, name }) => reading === 'level' && !AGREEABLE.has(name));
  const flows = doubts.filter(({ reading }) => reading === 'flow');
  return {
    believed,
    anchor: flow ? null : (inquiry.level?.estimate ?? silentSince(inquiry)),
    denied: (ts) => levels.some((doubt) => covers(doubt, ts)),
    flowDenied:
      flows.length > 0
        ? (ts) => flows.some(({ since, until }) => since < ts && ts <= (until ?? Infinity))
        : null,
    open: { level, drift, flow },
    correctedTs: correctedTs(inquiry),
    doubts,
    suspect: inquiry.suspects.at(-1) ?? null,
  };
}

/** What is carried on must not leave the grid; once it may be anything, only the doubt itself stays. */
function moveAnchor({ evidence, capacity }: Inquiry, doubt: Doubt): Doubt {
  const { estimate, ...rest } = doubt;
  if (!estimate || evidence.snapshotTs - estimate.ts <= ANCHOR_MAX_MIN * MINUTE_MS) return doubt;
  const ts = evidence.snapshotTs - ANCHOR_SETTLED_MIN * MINUTE_MS;
  const moved = estimateAt(estimate, evidence.flows, capacity, ts);
  if (!moved || moved.offBy > capacity) return rest;
  const round = (value: number): number => toDecimals(value, UNITS_DECIMALS);
  return { ...rest, estimate: { ts, units: round(moved.units), offBy: round(moved.offBy) } };
}
