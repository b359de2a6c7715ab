/** What people can answer an alert with: buttons where clicks reach us, a signed link, a way to the console. Pure. */
import type { KnownBlock } from '@slack/web-api';
import type { Instruction } from '../domain/suppress/contract.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import { escapeText } from './limits.ts';

/** What the installation offers; each part is left out of the message where it is not configured. */
export interface MessageActions {
  /** Clicks reach `bufferwatch interact`: a button that leads nowhere would show a warning to whoever clicks. */
  interactive: boolean;
  /** Base of the web console, without a slash at the end. */
  consoleUrl: string | null;
  /** Page on which a person says right or wrong. */
  feedbackUrl: ((episodeId: string, cycleId: CycleId) => string) | null;
}

export const NO_ACTIONS: MessageActions = { interactive: false, consoleUrl: null, feedbackUrl: null };

export const ACTION_IDS = {
  acknowledge: 'acknowledge',
  /** Of an alert that is over: what it says to undo is done. */
  done: 'done',
  mute: 'mute',
  right: 'right',
  wrong: 'wrong',
  why: 'why',
  /** Opens a URL; Slack tells us of the click nevertheless. */
  console: 'console',
} as const;

export const MUTE_SPANS = { '30m': '30 min', '2h': '2 hours', shift: 'until shift end' } as const;
export type MuteSpan = keyof typeof MUTE_SPANS;

/** Slack's limit of a block_id, which carries the episode for the mute menu. */
const BLOCK_ID_MAX = 255;

const BLOCK_PREFIX = 'episode ';

/** @returns nothing where nothing is offered */
export function actionBlocks(
  of: { episodeId: string; unitId: string; cycleId: CycleId },
  { interactive, consoleUrl }: MessageActions,
): KnownBlock[] {
  const { episodeId, unitId, cycleId } = of;
  const blockId = `${BLOCK_PREFIX}${episodeId}`;
  const carriesEpisode = blockId.length <= BLOCK_ID_MAX;
  const elements = [
    ...(interactive ? [button(ACTION_IDS.acknowledge, 'Acknowledge', episodeId, 'primary')] : []),
    ...(interactive && carriesEpisode ? [muteMenu()] : []),
    ...(interactive
      ? [
          button(ACTION_IDS.right, 'Right', episodeId),
          button(ACTION_IDS.wrong, 'Wrong', episodeId),
          button(ACTION_IDS.why, 'Why?', `${cycleId} ${episodeId}`),
        ]
      : []),
    ...(consoleUrl === null
      ? []
      : [
          {
            ...button(ACTION_IDS.console, 'Open in console', episodeId),
            url: `${consoleUrl}/units/${encodeURIComponent(unitId)}?cycle=${encodeURIComponent(cycleId)}`,
          },
        ]),
  ];
  if (elements.length === 0) return [];
  return [{ type: 'actions', ...(carriesEpisode ? { block_id: blockId } : {}), elements }];
}

/**
 * Of an alert that is over and says what to undo: one click says that it is done. A button of its own: who acknowledges
 * an alert in the moment in which it ends has undone nothing.
 */
export function doneBlocks(
  { episodeId, undo }: { episodeId: string; undo?: Instruction },
  { interactive }: MessageActions,
): KnownBlock[] {
  if (undo === undefined || !interactive) return [];
  return [{ type: 'actions', elements: [button(ACTION_IDS.done, 'Done', episodeId, 'primary')] }];
}

/** Empty where no page is configured. */
export function feedbackLine(of: { episodeId: string; cycleId: CycleId }, actions: MessageActions): string {
  const url = actions.feedbackUrl?.(of.episodeId, of.cycleId);
  return url === undefined ? '' : `<${escapeText(url)}|Right or wrong? Tell us>`;
}

/** The episode that an actions block belongs to; empty where it is none of ours. */
export function episodeOfBlock(blockId: string): string {
  return blockId.startsWith(BLOCK_PREFIX) ? blockId.slice(BLOCK_PREFIX.length) : '';
}

function button(actionId: string, text: string, value: string, style?: 'primary') {
  return {
    type: 'button' as const,
    action_id: actionId,
    text: { type: 'plain_text' as const, text },
    value,
    ...(style === undefined ? {} : { style }),
  };
}

function muteMenu() {
  return {
    type: 'static_select' as const,
    action_id: ACTION_IDS.mute,
    placeholder: { type: 'plain_text' as const, text: 'Mute …' },
    options: Object.entries(MUTE_SPANS).map(([value, text]) => ({
      text: { type: 'plain_text' as const, text },
      value,
    })),
  };
}
