/** The two windows that a click opens: the trace of a decision, and the question why it was wrong. Pure. */
import type { ModalView } from '@slack/web-api';
import { clipText, escapeText, plainLine, SLACK_LIMITS } from './limits.ts';

/** Slack's limit of a modal's title. */
const TITLE_MAX = 24;
/** A modal takes 100 blocks; sections of a trace stay far below, and short ones read better on a phone. */
const MAX_SECTIONS = 40;
/** Room for the fence of a code block. */
const SECTION_MAX = SLACK_LIMITS.sectionText - 20;
/** One or two sentences, as `recordFeedback` takes them. */
const REASON_MAX = 500;

export const WRONG_VIEW = 'wrong';
export const REASON_INPUT = 'reason';

/** @param explanation plain text of several lines, as `bufferwatch explain` prints it */
export function renderWhy(unitName: string, explanation: string): ModalView {
  const pieces = splitLines(explanation, SECTION_MAX);
  const shown = pieces.slice(0, MAX_SECTIONS);
  const hidden = pieces.length - shown.length;
  return {
    type: 'modal',
    title: plain(clipText(`Why? ${plainLine(unitName)}`, TITLE_MAX)),
    close: plain('Close'),
    blocks: [
      ...shown.map((piece) => ({
        type: 'section' as const,
        text: { type: 'mrkdwn' as const, text: `\`\`\`${piece}\`\`\`` },
      })),
      ...(hidden > 0
        ? [
            {
              type: 'context' as const,
              elements: [
                {
                  type: 'mrkdwn' as const,
                  text: `${hidden} more parts: \`bufferwatch explain\` tells the whole`,
                },
              ],
            },
          ]
        : []),
    ],
  };
}

/** @param carried comes back with the answer; at most 3,000 characters */
export function renderWrong(unitName: string, carried: string): ModalView {
  return {
    type: 'modal',
    callback_id: WRONG_VIEW,
    private_metadata: carried,
    title: plain('Wrong alert'),
    submit: plain('Send'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'input',
        block_id: REASON_INPUT,
        label: plain(clipText(`What was wrong about ${plainLine(unitName)}?`, 2_000)),
        element: {
          type: 'plain_text_input',
          action_id: REASON_INPUT,
          multiline: true,
          max_length: REASON_MAX,
          placeholder: plain('e.g. the lane was closed for cleaning'),
        },
      },
    ],
  };
}

function plain(text: string) {
  return { type: 'plain_text' as const, text };
}

/** Whole lines as long as they fit; a single line that is too long is cut. Escaped. */
function splitLines(text: string, max: number): string[] {
  const pieces: string[] = [];
  for (const line of text.split('\n')) {
    const clipped = clipText(escapeText(line).replaceAll('```', "'''"), max);
    const last = pieces.at(-1);
    if (last !== undefined && last.length + 1 + clipped.length <= max)
      pieces[pieces.length - 1] = `${last}\n${clipped}`;
    else pieces.push(clipped);
  }
  return pieces;
}
