/** What a warehouse as a whole, or one of its sources, speaks for: health, blindness, names that fit nothing, new names. */
import type { WarehouseSeries } from '../series.ts';
import type { SourceName } from '../vocabulary.ts';
import { blindInWords } from '../words/causes.ts';
import { healthInWords } from '../words/source-health.ts';
import { field } from './text.ts';

type Known = Pick<WarehouseSeries, 'health' | 'leftOver' | 'renamed' | 'moved' | 'blind'>;
export type OwnFacts = Required<Known>;

/** @param only the source that is asked about; null: the whole warehouse */
export function ownFacts(series: Known, only: SourceName | null): OwnFacts {
  // An artifact of an earlier release may lack some of it.
  const { health, leftOver, renamed = [], moved = [], blind } = series;
  const isMeant = ({ source }: { source: string | null }): boolean => only === null || source === only;
  // Only the stock source names paths.
  const named = only === null || only === 'wes_stock';
  return {
    health: (health ?? []).filter(isMeant),
    leftOver: (leftOver ?? []).filter(isMeant),
    renamed: named ? renamed : [],
    moved: named ? moved : [],
    blind: blind.filter(isMeant),
  };
}

export function explainOwnFacts({ health, leftOver, renamed, moved, blind }: OwnFacts): string[] {
  const list = (name: string, texts: readonly string[]): string[] =>
    texts.length === 0
      ? field(name, 'none')
      : texts.flatMap((text, index) => field(index === 0 ? name : '', text));
  return [
    ...list(
      'health',
      health.map((each) => `${each.source}: ${healthInWords(each)}`),
    ),
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
