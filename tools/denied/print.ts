/** Figures as a table in Markdown. */
import type { Figures } from './figures.ts';
import { CYCLE_MIN } from './observe.ts';

const CYCLES_PER_HOUR = 60 / CYCLE_MIN;

const COLUMNS: readonly [string, (of: Figures) => string][] = [
  ['faults', ({ faults }) => String(faults)],
  ['found in 15 min', ({ found, faults }) => share(found, faults)],
  ['ever', ({ everFound, faults }) => share(everFound, faults)],
  ['off by .1: found in 15 min', ({ foundOff, off }) => share(foundOff, off)],
  ['doubted or told in 15 min', ({ doubted, faults }) => share(doubted, faults)],
  ['false doubts per unit-day', ({ falseDoubts, unitDays }) => (falseDoubts / unitDays).toFixed(2)],
  ['incidents', ({ incidents }) => String(incidents)],
  ['recall', ({ told, incidents }) => share(told, incidents)],
  ['sound', ({ toldSound, incidents }) => share(toldSound, incidents)],
  ['lost', ({ lost }) => String(lost)],
  ['precision', ({ right, episodes }) => share(right, episodes)],
  ['sound', ({ rightSound, episodesSound }) => share(rightSound, episodesSound)],
  ['made', ({ made }) => String(made)],
  ['misled, unit-hours', ({ misled }) => (misled / CYCLES_PER_HOUR).toFixed(1)],
  ['untrue CLEARED', ({ untrueCleared }) => String(untrueCleared)],
  ['about data', ({ aboutData }) => String(aboutData)],
  ['healthy while blind', ({ healthyWhileBlind }) => String(healthyWhileBlind)],
];

export function markdown(rows: readonly { name: string; figures: Figures }[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...COLUMNS.map(([name]) => name)]),
    line(['---', ...COLUMNS.map(() => '---')]),
    ...rows.map(({ name, figures }) => line([name, ...COLUMNS.map(([, read]) => read(figures))])),
    '',
  ].join('\n');
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(2);
}
