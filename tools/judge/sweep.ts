/** The program's own decisions and score at one sensitivity after the other. */
import { join } from 'node:path';
import { backtest, type BacktestOptions } from '../../src/backtest/backtest.ts';
import type { Report } from '../../src/backtest/report.ts';

export interface SweepOptions extends Omit<BacktestOptions, 'sensitivity' | 'plots'> {
  sensitivities: readonly number[];
  onJudged?: (report: Report) => void;
}

/** The version's own first, then one report a sensitivity. Each writes its alerts into a folder of its own. */
export async function sweep({ sensitivities, onJudged, ...options }: SweepOptions): Promise<Report[]> {
  const reports: Report[] = [];
  for (const sensitivity of [null, ...sensitivities]) {
    const own = sensitivity === null ? {} : { sensitivity };
    const report = await backtest({
      ...options,
      ...own,
      out: join(options.out, sensitivity === null ? 'default' : String(sensitivity)),
    });
    onJudged?.(report);
    reports.push(report);
  }
  return reports;
}
