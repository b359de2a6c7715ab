/** The HTTP side: Slack's clicks with their signature, the feedback links, health and counters. */
import { createHash } from 'node:crypto';
import { Hono, type HonoRequest } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { FeedbackInput } from '../domain/suppress/contract.ts';
import { readTicket, refuseTicket, type FeedbackTicket } from '../slack/feedback-link.ts';
import type { NewAnswer } from '../store/answer.ts';
import { partsOf } from './answer.ts';
import type { Clicks } from './clicks.ts';
import { renderForm, renderNotice } from './feedback-page.ts';
import type { Kept } from './keep.ts';
import { outcomeOf, type InteractMetrics, type WaitingNow } from './metrics.ts';
import { refuseSignature } from './signature.ts';
import { messageOf } from '../failures/errors.ts';

/** A click with a whole message in it stays below 100 kB. */
const MAX_BODY_BYTES = 1_000_000;

/** More than the people who would speak of one alert. */
const MAX_BY_LINK = 50;

export interface HttpOptions {
  clicks: Clicks;
  metrics: InteractMetrics;
  /** null: clicks come by socket alone, and a request that claims to be one is refused. */
  signingSecret: string | null;
  /** null: alerts carry no feedback link. */
  linkSecret: string | null;
  keep(answer: NewAnswer): Promise<Kept>;
  /** How often the link of an episode has been used. */
  countByLink(episodeId: string): Promise<number>;
  /** Empty: healthy; else what is wrong. */
  problem(): string;
  waiting(): WaitingNow;
  /** Epoch ms. */
  now(): number;
}

export function createHttpApp(options: HttpOptions): Hono {
  const { clicks, metrics, signingSecret, linkSecret } = options;
  const app = new Hono();
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }));

  app.get('/healthz', (c) => {
    const problem = options.problem();
    const answers = options.waiting();
    return problem === '' ? c.json({ ok: true, answers }) : c.json({ ok: false, problem, answers }, 503);
  });
  app.get('/metrics', async (c) =>
    c.body(await metrics.render(), 200, { 'content-type': metrics.contentType }),
  );

  app.post('/slack/interactions', async (c) => {
    if (signingSecret === null) return c.text('SLACK_SIGNING_SECRET is not set', 404);
    const body = await c.req.text();
    const refusal = refuseSignature(
      signingSecret,
      {
        signature: c.req.header('x-slack-signature'),
        timestamp: c.req.header('x-slack-request-timestamp'),
        body,
      },
      options.now(),
    );
    if (refusal !== null) {
      metrics.count('http', refusal);
      return c.text(refusal, 401);
    }
    const outcome = await clicks.take('http', parsePayload(body));
    if (outcome === 'malformed') return c.text(outcome, 400);
    // An empty answer is a good one: it closes a window and leaves a message as it is.
    return c.body(null, 200);
  });

  app.get('/feedback', (c) => {
    const ticket = readTicket(c.req.query());
    const refusal = refuse(ticket);
    return refusal === null ? c.html(renderForm(ticket)) : c.html(renderNotice('Not possible', refusal), 403);
  });
  app.post('/feedback', async (c) => {
    const form = await readForm(c.req);
    if (form === null) {
      metrics.count('link', 'malformed');
      return c.html(renderNotice('Not recorded', 'What was sent is no form.'), 400);
    }
    const ticket = readTicket(form);
    const refusal = refuse(ticket);
    if (refusal !== null) return c.html(renderNotice('Not possible', refusal), 403);
    const input = readFeedback(ticket, form);
    if (input === null) {
      metrics.count('link', 'malformed');
      return c.html(renderNotice('Not recorded', 'Expected your name, and right or wrong.'), 400);
    }
    try {
      // Whoever floods one link fills neither the table nor anybody's memory.
      if ((await options.countByLink(ticket.episodeId).catch(() => 0)) >= MAX_BY_LINK) {
        metrics.count('link', 'refused');
        return c.html(renderNotice('Not recorded', 'This link has been used too often.'), 429);
      }
      const answer = { kind: 'recordFeedback', input } as const;
      const warehouse = partsOf(ticket.episodeId).code;
      const kept = await options.keep({ id: input.id, warehouse, way: 'link', answer, origin: null });
      if (kept === 'known') metrics.count('link', 'unchanged');
      else if (kept !== 'kept') metrics.count('link', outcomeOf(answer, kept));
      return c.html(renderNotice('Thank you', `"${input.verdict}" is recorded for ${input.episodeId}.`));
    } catch (error) {
      metrics.count('link', 'failed');
      const reason = messageOf(error);
      return c.html(renderNotice('Not recorded', `${reason}. Try again in a minute.`), 503);
    }
  });
  return app;

  function refuse(ticket: FeedbackTicket): string | null {
    const refusal = linkSecret === null ? 'forged' : refuseTicket(linkSecret, ticket, options.now());
    if (refusal === null) return null;
    metrics.count('link', refusal === 'expired' ? 'stale' : 'forged');
    return refusal === 'expired'
      ? 'This link has expired.'
      : 'This link is not one of ours, or it was cut off on its way.';
  }
}

/** null: it is none, e.g. cut off or without its boundary. */
async function readForm(request: HonoRequest): Promise<Record<string, unknown> | null> {
  try {
    return await request.parseBody();
  } catch {
    return null;
  }
}

/** The form field `payload` of Slack's request. */
function parsePayload(body: string): unknown {
  try {
    return JSON.parse(new URLSearchParams(body).get('payload') ?? '');
  } catch {
    return undefined;
  }
}

function readFeedback(
  ticket: FeedbackTicket,
  form: Record<string, unknown>,
): (FeedbackInput & { id: string }) | null {
  const text = (name: string, max: number) =>
    typeof form[name] === 'string' ? form[name].trim().slice(0, max) : '';
  const verdict = text('verdict', 10);
  const by = text('by', 80);
  const reason = text('reason', 500);
  if ((verdict !== 'right' && verdict !== 'wrong') || by === '') return null;
  const { episodeId } = ticket;
  // The same answer sent twice, e.g. by a reload, is one answer.
  const id = createHash('sha256')
    .update(JSON.stringify([episodeId, verdict, by, reason]))
    .digest('hex');
  return {
    episodeId,
    verdict,
    by: `${by} (link)`,
    id: `link/${id}`,
    // The signature is ours.
    proven: true,
    ...(reason === '' ? {} : { reason }),
  };
}
