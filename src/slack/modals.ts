/** The two windows that a click opens: a decision on one screen, and the question why it was wrong. Pure. */
import type { ModalView } from '@slack/web-api';
import { clipText, plainLine, SLACK_LIMITS } from './limits.ts';

/** Slack's limit of a modal's title. */
const TITLE_MAX = 24;
/** One or two sentences, as `recordFeedback` takes them. */
const REASON_MAX = 500;

export const WRONG_VIEW = 'wrong';
export const REASON_INPUT = 'reason';

/** @param explanation plain text of a few lines, as `explainBriefly` words it */
export function renderWhy(unitName: string, explanation: string): ModalView {
  const lines = explanation.split('\n').map(plainLine);
  return {
    type: 'modal',
    title: plain(clipText(`Why? ${plainLine(unitName)}`, TITLE_MAX)),
    close: plain('Close'),
    // Plain text has no line that is too long for a phone, and no sign with a meaning of its own.
    blocks: [{ type: 'section', text: plain(clipText(lines.join('\n'), SLACK_LIMITS.sectionText)) }],
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
