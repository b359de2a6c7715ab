/** Finds out which kind of data a folder holds. */
import { join } from 'node:path';
import { BadFile } from '../bad-file.ts';
import type { Feed } from './feed.ts';
import { exists } from './incidents-file.ts';
import { openUnifiedFeed, type UnifiedFeedOptions } from './unified-feed.ts';

/** @throws BadFile */
export async function openFeed(folder: string, options: UnifiedFeedOptions): Promise<Feed> {
  if (!(await exists(folder))) throw new BadFile(folder, null, 'does not exist');
  if (await exists(join(folder, 'series.csv'))) return openUnifiedFeed(folder, options);
  throw new BadFile(
    folder,
    null,
    'holds neither series.csv (with units.csv) nor warehouses.csv (with wes_stock.csv and the others)',
  );
}
