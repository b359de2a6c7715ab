/** The weights in the form in which they stand in a version, beside those that stand there. */
import type { AlgorithmParameters } from '../../src/domain/algorithm/schema.ts';
import type { Horizon, Model } from './figures.ts';
import { logLoss, type Rows } from './logistic.ts';
import type { Sample } from './read-rows.ts';
import { table } from '../table.ts';

type ForecastParameters = AlgorithmParameters['forecast'];

export interface Fit {
  model: Model;
  horizon: Horizon;
  sample: Sample;
  /** The constant first. */
  fitted: readonly number[];
}

export function printFit({ model, horizon, sample, fitted }: Fit, version: ForecastParameters): string {
  const standing = model.weightsOf(version, horizon);
  const names = ['constant', ...model.figures];
  const pinned = names.map((name) => standing[name] ?? 0);
  const horizonMin = version[horizon].horizonMin;
  const losses = [...sample.sources].map(([source, { rows, came }]) => {
    const own = only(sample, source);
    const share = came / rows;
    return [
      ...[source, `${rows}`, share.toFixed(4)],
      ...[fitted, pinned, baseOf(own)].map((beta) => logLoss(own, beta).toFixed(5)),
    ];
  });
  const all = [fitted, pinned, baseOf(sample)].map((beta) => logLoss(sample, beta).toFixed(5));
  return [
    `${model.name}, ${horizon}: within ${horizonMin} minutes`,
    ...table([
      ['figure', 'fitted', 'version'],
      ...names.map((name, index) => [name, (fitted[index] ?? 0).toFixed(3), (pinned[index] ?? 0).toFixed(3)]),
    ]),
    ...table([
      ['source', 'rows', 'came', 'log loss: fitted', 'version', 'base rate'],
      ...losses,
      ['all, equal weight', `${sample.came.length}`, '', ...all],
    ]),
    `  ${horizon}: { ${names.map((name, index) => `${name}: ${Number((fitted[index] ?? 0).toFixed(3))}`).join(', ')} },`,
  ].join('\n');
}

/** The share that came, said of every row. */
function baseOf({ came, weights, width }: Rows): number[] {
  const whole = weights.reduce((sum, each) => sum + each, 0);
  const part = weights.reduce((sum, each, row) => sum + each * (came[row] ?? 0), 0);
  return [Math.log(part / (whole - part)), ...Array.from({ length: width }, () => 0)];
}

function only(sample: Sample, source: string): Rows {
  const { width } = sample;
  const kept = [...sample.sourceOf.keys()].filter((row) => sample.sourceOf[row] === source);
  const figures = new Float64Array(kept.length * width);
  for (const [index, row] of kept.entries())
    figures.set(sample.figures.subarray(row * width, (row + 1) * width), index * width);
  return {
    figures,
    width,
    came: Uint8Array.from(kept, (row) => sample.came[row] ?? 0),
    weights: new Float64Array(kept.length).fill(1),
  };
}
