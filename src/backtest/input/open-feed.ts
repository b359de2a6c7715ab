/** Finds out which kind of data a folder holds. */
import { join } from 'node:path';
import { BadFile } from '../bad-file.ts';
import { exists } from './exists.ts';
import type { Feed, FeedOptions } from './feed.ts';
import { openRawFeed } from './raw-feed.ts';
import { openUnifiedFeed } from './unified-feed.ts';

/**
 * @param level which of the two to take; absent: the raw sources where they are there, else the unified timeseries
 * @throws BadFile
 */
export async function openFeed(folder: string, options: FeedOptions, level?: Feed['level']): Promise<Feed> {
  if (!(await exists(folder))) throw new BadFile(folder, null, 'does not exist');
  const has = {
    A: await exists(join(folder, 'series.csv')),
    B: await exists(join(folder, 'wes_stock.csv')),
  };
  const chosen = level ?? (has.B ? 'B' : has.A ? 'A' : null);
  if (chosen === null || !has[chosen])
    throw new BadFile(
      folder,
      null,
      `holds no ${chosen === 'A' ? 'series.csv' : chosen === 'B' ? 'wes_stock.csv' : 'series.csv and no wes_stock.csv'}, expected units.csv with series.csv, or warehouses.csv with wes_stock.csv and the other sources`,
    );
  return chosen === 'B' ? openRawFeed(folder, options) : openUnifiedFeed(folder, options);
}
