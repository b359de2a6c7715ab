/** Detectors at different recalls can't be compared: each rival is, with us at its own recall. */
import type { Report } from '../../src/backtest/report.ts';
import type { Scores } from '../../src/backtest/score/score.ts';

export interface Point {
  /** With 10 minutes of lead. */
  recall: number;
  precision: number;
  fresh: number;
}

export function pointOf(scores: Scores): Point {
  return {
    recall: scores.recall_lead_10_min ?? 0,
    precision: scores.precision ?? 0,
    fresh: scores.precision_fresh ?? 0,
  };
}

/** Between the two of our points that lie around it; null beyond them. */
export function at(recall: number, points: readonly Point[]): Point | null {
  const nearest = (side: readonly Point[]): Point | undefined =>
    // Of two with the same recall nobody would take the less precise one.
    side.toSorted(
      (a, b) => Math.abs(a.recall - recall) - Math.abs(b.recall - recall) || b.precision - a.precision,
    )[0];
  const above = nearest(points.filter((point) => point.recall >= recall));
  const below = nearest(points.filter((point) => point.recall <= recall));
  if (above?.recall === recall) return above;
  if (!above || !below) return null;
  const share = (recall - below.recall) / (above.recall - below.recall);
  const between = (a: number, b: number): number => a + share * (b - a);
  return {
    recall,
    precision: between(below.precision, above.precision),
    fresh: between(below.fresh, above.fresh),
  };
}

export interface Comparison {
  name: string;
  rival: Point;
  ours: Point | null;
}

export function compare(reports: readonly Report[], others: Readonly<Record<string, Scores>>): Comparison[] {
  const ours = reports.map(({ bufferwatch }) => pointOf(bufferwatch));
  const { threshold_85_every_cycle: _, ...baselines } = reports[0]?.baselines ?? {};
  return Object.entries({ ...baselines, ...others }).map(([name, scores]) => {
    const rival = pointOf(scores);
    return { name, rival, ours: at(rival.recall, ours) };
  });
}
