/** A day and a half of a small floor that fills and starves, with flows and backlog: level A. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MIN = 60_000;
const START = Date.parse('2026-03-02T06:00:00Z');
const UNITS = ['LANE-1', 'LANE-2'];
const CAPACITY = 100;

export async function writeFloor(folder: string, days = 1.5): Promise<void> {
  await mkdir(folder, { recursive: true });
  const units = ['unit_id,warehouse,workpool,path,unit_type,buffer_kind,capacity_units'];
  for (const path of UNITS) units.push(`FRA1_SINGLES_${path},FRA1,SINGLES,${path},LANE,LANE,${CAPACITY}`);
  const series = ['ts,unit_id,wip_units,flow_in_upm,flow_out_upm,hc_active,uph_actual,backlog_units'];
  const levels = UNITS.map(() => 40);
  for (let minute = 0; minute <= days * 24 * 60; minute += 1) {
    const ts = new Date(START + minute * MIN).toISOString();
    for (const [index, path] of UNITS.entries()) {
      // It swings with a period of some hours, each unit with another, and a ripple makes no two of them alike.
      const phase = (2 * Math.PI * minute) / (310 + 83 * index);
      const flowIn = Math.max(0, 5 + 2.4 * Math.sin(phase) + 1.3 * Math.sin(phase * 7.3));
      const level = levels[index] ?? 0;
      const flowOut = Math.min(5, level + flowIn);
      levels[index] = Math.min(CAPACITY, level + flowIn - flowOut);
      series.push(
        [
          ts,
          `FRA1_SINGLES_${path}`,
          Math.round(levels[index] ?? 0),
          flowIn.toFixed(2),
          flowOut.toFixed(2),
        ].join(',') + ',6,50,400',
      );
    }
  }
  await writeFile(join(folder, 'units.csv'), `${units.join('\n')}\n`);
  await writeFile(join(folder, 'series.csv'), `${series.join('\n')}\n`);
}
