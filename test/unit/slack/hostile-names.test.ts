import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { expect, it } from 'vitest';
import { renderForm, renderNotice } from '../../../src/interact/feedback-page.ts';
import { tellAcknowledged, tellMuted } from '../../../src/slack/episode-notes.ts';
import { escapeText } from '../../../src/slack/limits.ts';
import { renderWhy, renderWrong } from '../../../src/slack/modals.ts';
import { pictureTitle } from '../../../src/slack/picture/picture-block.ts';
import { renderDevBoard } from '../../../src/slack/render-board.ts';
import { renderEpisode, renderReplay, renderReply } from '../../../src/slack/render-episode.ts';
import { renderNetworkAlert } from '../../../src/slack/render-network-alert.ts';
import { renderSummary } from '../../../src/slack/render-summary.ts';
import { evaluationOf, newTransition, recommendationOf } from './transitions.ts';

const BREAKS = ['\n', '\r', '\r\n', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029'];
const CONTROLS = [
  '\u0000',
  '\u0007',
  '\u001b',
  '\u007f',
  '\u009b',
  '\u061c',
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202b',
  '\u202c',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
];
/** Nothing but a line break that the renderer itself has set. */
const NEVER = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** `A` and `Zz` are never the beginning of a line that a renderer makes. */
const hostile = array(constantFrom(...BREAKS, ...CONTROLS, 'é', ' '), { minLength: 1, maxLength: 4 }).map(
  (inside) => `A${inside.join('')}Zz`,
);

/** Every text that a person sees: what carries keys and values to a program stays as it is. */
function textsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return ['text', 'alt_text', 'title'].includes(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(each, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => (name === 'metadata' ? [] : textsOf(each, name)));
}

it('no name, reason or error from outside turns a line or breaks it, whatever renders it', async () => {
  await assert(
    asyncProperty(hostile, async (name) => {
      const unitId = `FRA1_${name}_${name}`;
      const ctx = {
        warehouseName: name,
        timezone: 'Europe/Berlin',
        now: 0,
        environment: 'prod',
        standsInFor: { channel: name, error: name },
      } as const;
      const transition = newTransition({ unitId, acknowledgedBy: `${name} (U012)` });
      const cleared = newTransition({ unitId, label: 'CLEARED', reason: 'recovered', acknowledgedBy: name });
      const detail = {
        recommendation: recommendationOf(transition, { process: name, sentence: name, algorithm: name }),
        evaluation: evaluationOf(unitId),
      };
      const { cycleId } = transition;
      const board = {
        warehouseCode: 'FRA1',
        cycleId,
        evaluation: { warehouse: 'FRA1', cycleId, algorithm: name, units: [evaluationOf(unitId)] },
        transitions: [transition],
        blind: [],
      };
      const alert = { key: name, title: name, cycleId, findings: [{ name, detail: name }], remedy: name };
      const pages = await Promise.all([
        renderForm({ episodeId: unitId, expires: 1, signature: 's' }),
        renderNotice('Not recorded', name),
      ]);
      const texts = [
        ...textsOf([
          renderEpisode(transition, detail, ctx),
          renderEpisode(cleared, detail, ctx),
          renderReply(transition, detail, ctx),
          renderReply(cleared, detail, ctx),
          renderReplay(transition, detail, ctx, 'key'),
          renderDevBoard(board, ctx),
          renderSummary([transition], { ...ctx, warehouseCode: 'FRA1', cycleId }),
          renderNetworkAlert({ ...alert, status: 'open' }, ctx),
          renderNetworkAlert({ ...alert, status: 'cleared' }, ctx),
          renderWhy(name, 'one line'),
          renderWrong(name, 'carried'),
        ]),
        tellAcknowledged(name, 'UTC', 0),
        tellMuted(name, 'UTC', { until: cycleId }),
        pictureTitle(transition),
        escapeText(name),
        // The form gives back what was signed, unseen.
        ...pages.map((page) => String(page).replace(/<input type="hidden"[^>]*>/g, '')),
      ];
      for (const text of texts) {
        expect(text).not.toMatch(NEVER);
        expect(text).not.toMatch(/^[ é]*Zz/m);
      }
    }),
    { numRuns: 60 },
  );
});
