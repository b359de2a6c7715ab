/** A picture within a message. Pure. */
import type { Transition } from '../../domain/suppress/contract.ts';
import { plainLine } from '../limits.ts';
import { shortName } from '../../domain/words/places.ts';
import { troubleInWords } from '../../domain/words/trouble.ts';
import type { KnownBlock } from '@slack/web-api';

const PICTURE_BLOCK = 'picture';

/** Below what is to be done and why, above the small print and the buttons; in place of an earlier one. */
export function withPicture(blocks: readonly KnownBlock[], fileId: string, altText: string): KnownBlock[] {
  const others = blocks.filter(({ block_id: id }) => id !== PICTURE_BLOCK).map(asTaken);
  const picture: KnownBlock = {
    type: 'image',
    block_id: PICTURE_BLOCK,
    slack_file: { id: fileId },
    alt_text: altText,
  };
  const small = others.findIndex(({ type }) => type === 'context');
  return small < 0 ? [...others, picture] : [...others.slice(0, small), picture, ...others.slice(small)];
}

/** As Slack takes it: what it gives back carries addresses and sizes beside the file's id. */
export function asTaken(block: KnownBlock): KnownBlock {
  if (block.type !== 'image' || !('slack_file' in block)) return block;
  const { alt_text, block_id } = block;
  const id = block.slack_file && 'id' in block.slack_file ? block.slack_file.id : '';
  return { type: 'image', alt_text, slack_file: { id: id ?? '' }, ...(block_id ? { block_id } : {}) };
}

/** What stands in place of the picture where it can't be seen. */
export function pictureTitle(transition: Transition): string {
  return plainLine(`Level of ${shortName(transition.unitId)}: ${troubleInWords(transition)}`);
}
