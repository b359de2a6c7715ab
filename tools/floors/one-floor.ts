/** One floor of one seed: made, decided on and scored. What is done already is not done again. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backtest } from '../../src/backtest/backtest.ts';
import { exists } from '../../src/backtest/input/exists.ts';
import { readIncidents } from '../../src/backtest/input/incidents-file.ts';
import type { Report } from '../../src/backtest/report.ts';
import { scorable } from '../../src/backtest/score/score.ts';
import type { Variety } from '../../src/simulator/network.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { FalseAlerts, type FalseAlert } from './false-alerts.ts';

export const FEEDS = ['sound', 'defects'] as const;
/** sound: no source is ever wrong; defects: those of an ordinary feed. */
export type FeedQuality = (typeof FEEDS)[number];

export interface FloorOptions {
  dir: string;
  seed: number;
  feed: FeedQuality;
  days: number;
  /** Epoch ms. */
  startTs: number;
  variety: Variety;
  algorithm: string;
}

export interface JudgedFloor {
  seed: number;
  feed: FeedQuality;
  report: Report;
  falseAlerts: FalseAlert[];
}

function folderOf({ dir, seed, feed }: Pick<FloorOptions, 'dir' | 'seed' | 'feed'>): string {
  return join(dir, `${seed}-${feed}`);
}

/** null: not judged yet. */
export async function readFloor(
  options: Pick<FloorOptions, 'dir' | 'seed' | 'feed'>,
): Promise<JudgedFloor | null> {
  const path = join(folderOf(options), 'judged.json');
  return (await exists(path)) ? (JSON.parse(await readFile(path, 'utf8')) as JudgedFloor) : null;
}

export async function judgeFloor(options: FloorOptions): Promise<void> {
  const { seed, feed, days, startTs, variety, algorithm } = options;
  const folder = folderOf(options);
  const data = join(folder, 'data');
  if (!(await exists(data))) {
    const partial = join(folder, 'data.partial');
    await rm(partial, { recursive: true, force: true });
    const sensorFaults = feed === 'sound' ? { kinds: [], severity: 'medium' as const } : undefined;
    await simulate({ dir: partial, seed, warehouses: 1, days, startTs, series: null, variety, sensorFaults });
    await rename(partial, data);
  }
  const falseAlerts = new FalseAlerts();
  const out = join(folder, 'backtest');
  await mkdir(out, { recursive: true });
  const report = await backtest({
    ...{ folder: data, out, level: 'B', algorithm },
    onCycle: (cycleMs, outcome) => falseAlerts.observe(cycleMs, outcome),
  });
  const span = { fromMs: Date.parse(report.from), toMs: Date.parse(report.to) };
  const incidents = (await readIncidents(join(data, 'incidents.csv'), (given) => given)) ?? [];
  const exposure = { ...span, unitMs: 0, warehouseHours: 0 };
  const judged: JudgedFloor = {
    seed,
    feed,
    report,
    falseAlerts: await falseAlerts.judge(data, scorable(incidents, exposure)),
  };
  const path = join(folder, 'judged.json');
  await writeFile(`${path}.partial`, `${JSON.stringify(judged)}\n`);
  await rename(`${path}.partial`, path);
}
