/** The page behind an alert's signed link: a look at it says nothing yet, only sending the form does. */
import { html } from 'hono/html';
import type { FeedbackTicket } from '../slack/feedback-link.ts';
import { plainLine } from '../slack/limits.ts';

type Html = ReturnType<typeof html>;

export function renderForm({ episodeId, expires, signature }: FeedbackTicket): Html {
  return page(
    'Was this alert right?',
    html`<p><code>${plainLine(episodeId)}</code></p>
      <form method="post" action="feedback">
        <input type="hidden" name="e" value="${episodeId}" />
        <input type="hidden" name="x" value="${expires}" />
        <input type="hidden" name="s" value="${signature}" />
        <label>Your name <input name="by" required maxlength="80" autocomplete="name" /></label>
        <label>Why, if it was wrong <textarea name="reason" maxlength="500" rows="3"></textarea></label>
        <button name="verdict" value="right">Right</button>
        <button name="verdict" value="wrong">Wrong</button>
      </form>`,
  );
}

export function renderNotice(title: string, text: string): Html {
  return page(title, html`<p>${plainLine(text)}</p>`);
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 34rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          label {
            display: block;
            margin: 1rem 0;
          }
          input:not([type='hidden']),
          textarea {
            display: block;
            width: 100%;
            font: inherit;
            padding: 0.4rem;
          }
          button {
            font: inherit;
            padding: 0.5rem 1.4rem;
            margin-right: 0.6rem;
          }
          code {
            overflow-wrap: anywhere;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}
