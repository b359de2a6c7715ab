/** What a warehouse as a whole speaks for: sources that are blind, names that fit nothing, paths with new names. */
import type { WarehouseSeries } from '../series.ts';
import { blindInWords } from '../words/causes.ts';
import { field } from './text.ts';

export type WarehouseNames = Pick<WarehouseSeries, 'leftOver' | 'renamed' | 'moved' | 'blind'>;

export function explainNames({ leftOver, renamed = [], moved = [], blind }: WarehouseNames): string[] {
  const list = (name: string, texts: readonly string[]): string[] =>
    texts.length === 0
      ? field(name, 'none')
      : texts.flatMap((text, index) => field(index === 0 ? name : '', text));
  return [
    ...list('blind', blind.map(blindInWords)),
    ...list(
      'left over',
      leftOver.map(({ source, detail }) => `${detail} (${source})`),
    ),
    ...list(
      'renamed',
      renamed.map(({ workpool, from, to }) => `${from} of ${workpool} is now ${to}`),
    ),
    ...list(
      'moved',
      moved.map(({ path, from, to }) => `${path} of ${from} is now in ${to}`),
    ),
  ];
}
