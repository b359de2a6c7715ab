/** The page that shows what Slack would: channels, messages with their blocks, threads, edits. */
import { html, raw } from 'hono/html';
import { asRecords, asText, isRecord, type Json } from './json.ts';
import type { Ephemeral } from './method-context.ts';
import type { OpenView } from './views.ts';
import type { StoredMessage, Workspace } from './workspace.ts';

type Html = ReturnType<typeof html>;

/** Seconds between two looks: alerts come every few minutes, but a person at the demo waits for them. */
const REFRESH_SEC = 3;

/** Messages of a channel on the page, newest first; the rest is counted. */
const SHOWN = 40;

export function renderPage(
  workspace: Workspace,
  views: readonly OpenView[] = [],
  ephemerals: readonly Ephemeral[] = [],
): Html {
  const channels = workspace.channels().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Slack (local)</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <nav>
          <h1>Slack <small>local</small></h1>
          ${channels.map(
            (channel) =>
              html`<a href="#${channel.name}"
                ># ${channel.name} <span>${topLevel(workspace, channel.id).length}</span></a
              >`,
          )}
        </nav>
        <main>
          ${channels.map((channel) =>
            renderChannel(
              workspace,
              channel.id,
              channel.name,
              ephemerals.filter(({ channelId }) => channelId === channel.id),
            ),
          )}
        </main>
        <aside>${views.slice(-1).map(renderView)}</aside>
        <script>
          ${raw(SCRIPT)};
        </script>
      </body>
    </html>`;
}

function topLevel(workspace: Workspace, channelId: string): StoredMessage[] {
  return workspace
    .messages()
    .filter((message) => message.channelId === channelId)
    .filter((message) => message.threadTs === null || message.threadTs === message.ts || message.broadcast);
}

function renderChannel(
  workspace: Workspace,
  channelId: string,
  name: string,
  ephemerals: readonly Ephemeral[],
): Html {
  const messages = topLevel(workspace, channelId).toReversed();
  const hidden = messages.length - SHOWN;
  return html`<section class="channel" id="${name}">
    <h2># ${name}</h2>
    ${ephemerals
      .slice(-1)
      .map(
        ({ text, ts }) =>
          html`<p class="ephemeral">
            <b>bufferwatch</b> <time>${clock(ts)}</time> only visible to you: ${mrkdwn(text)}
          </p>`,
      )}
    ${messages.length === 0 ? html`<p class="empty">No message yet.</p>` : ''}
    ${messages.slice(0, SHOWN).map((message) => renderMessage(workspace, message))}
    ${hidden > 0 ? html`<p class="empty">${hidden} older messages</p>` : ''}
  </section>`;
}

function renderMessage(workspace: Workspace, message: StoredMessage): Html {
  const replies = message.threadTs === message.ts ? workspace.replies(message.channelId, message.ts) : [];
  const edited = message.edits === 0 ? '' : html`<em>edited ${message.edits} x</em>`;
  const inThread = message.broadcast ? html`<em>also sent to the channel, from a thread</em>` : '';
  return html`<article class="${message.tombstone ? 'tombstone' : ''}">
    <div class="by">
      <b>bufferwatch</b> <i>APP</i> <time title="${message.ts}">${clock(message.ts)}</time> ${edited}
      ${inThread}
    </div>
    ${renderBody(message)}
    ${
      replies.length === 0
        ? ''
        : html`<details open id="t${message.ts}">
            <summary>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</summary>
            ${replies.map(
              (reply) =>
                html`<div class="reply">
                  <time title="${reply.ts}">${clock(reply.ts)}</time>
                  ${reply.edits === 0 ? '' : html`<em>edited ${reply.edits} x</em>`} ${renderBody(reply)}
                </div>`,
            )}
          </details>`
    }
  </article>`;
}

function renderBody(message: StoredMessage): Html {
  if (message.blocks.length === 0) return html`<p>${mrkdwn(message.text)}</p>`;
  return html`${message.blocks.map((block) => renderBlock(block, message))}`;
}

function renderBlock(block: Json, message?: StoredMessage): Html {
  switch (block['type']) {
    case 'header':
      return html`<h3>${mrkdwn(textOf(block['text']), 'plain')}</h3>`;
    case 'section': {
      const cells = asRecords(block['fields']);
      const text = textOf(block['text']);
      return html`${text === '' ? '' : html`<p>${mrkdwn(text)}</p>`}
      ${
        cells.length === 0
          ? ''
          : html`<div class="fields">${cells.map((cell) => html`<div>${mrkdwn(textOf(cell))}</div>`)}</div>`
      }`;
    }
    case 'context':
      return html`<div class="context">
        ${asRecords(block['elements']).map((element) => html`<span>${mrkdwn(textOf(element))}</span>`)}
      </div>`;
    case 'divider':
      return html`<hr />`;
    case 'actions':
      return html`<div class="actions">
        ${asRecords(block['elements']).map((element) => renderElement(element, message))}
      </div>`;
    case 'image': {
      const file = isRecord(block['slack_file']) ? asText(block['slack_file']['id']) : '';
      return html`<img src="/file/${file}" alt="${asText(block['alt_text'])}" />`;
    }
    case 'input':
      return html`<label
        >${unescapeEntities(textOf(block['label']))}
        <textarea
          name="${asText(block['block_id'])}"
          required
          maxlength="${isRecord(block['element']) ? asText(block['element']['max_length']) : ''}"
        ></textarea>
      </label>`;
    default:
      return html`<pre>${JSON.stringify(block)}</pre>`;
  }
}

function renderElement(element: Json, message?: StoredMessage): Html {
  const where = html`data-channel="${message?.channelId ?? ''}" data-ts="${message?.ts ?? ''}"
  data-action="${asText(element['action_id'])}"`;
  if (element['type'] === 'static_select') {
    return html`<select ${where}>
      <option value="">${textOf(element['placeholder'])}</option>
      ${asRecords(element['options']).map(
        (option) => html`<option value="${asText(option['value'])}">${textOf(option['text'])}</option>`,
      )}
    </select>`;
  }
  const text = unescapeEntities(textOf(element['text']));
  const url = asText(element['url']);
  return html`<button class="${asText(element['style'])}" ${where} data-url="${url}">${text}</button>`;
}

function renderView(view: OpenView): Html {
  return html`<form class="view" data-view="${view.id}">
    <h3>${unescapeEntities(view.title)}</h3>
    ${view.blocks.map((block) => renderBlock(block))}
    <p class="buttons">
      <button type="button" data-close="${view.id}">${view.submit === '' ? 'Close' : 'Cancel'}</button>
      ${view.submit === '' ? '' : html`<button class="primary">${view.submit}</button>`}
    </p>
  </form>`;
}

/** Of a text object. */
function textOf(value: unknown): string {
  return isRecord(value) ? asText(value['text']) : '';
}

/** Slack knows three entities and no others. */
function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Bold, code and line breaks where it is mrkdwn; everything else stays text. */
function mrkdwn(text: string, kind: 'mrkdwn' | 'plain' = 'mrkdwn'): ReturnType<typeof raw> {
  if (kind === 'plain') return raw(safeHtml(text));
  const fenced = /^```([\s\S]*)```$/.exec(text)?.[1];
  if (fenced !== undefined) return raw(`<pre>${safeHtml(fenced)}</pre>`);
  // What stands between < and > unescaped is a link: nothing else may.
  const linked = text.split(/(<https?:[^|>]+\|[^>]*>)/).map((piece) => {
    const [, url, label] = /^<(https?:[^|>]+)\|([^>]*)>$/.exec(piece) ?? [];
    return url === undefined
      ? safeHtml(piece)
      : `<a href="${safeHtml(url).replaceAll('"', '&quot;')}">${safeHtml(label ?? '')}</a>`;
  });
  return raw(
    linked
      .join('')
      .replace(/`([^`\n]+)`/g, '<code>$1</code>')
      .replace(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s).,:;!])/gm, '$1<strong>$2</strong>')
      .replaceAll('\n', '<br>'),
  );
}

function safeHtml(text: string): string {
  return drawMarks(
    unescapeEntities(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  );
}

const MARK_COLOURS: Record<string, string> = {
  '🚨': '#8b0000',
  '🔴': '#e01e5a',
  '🟠': '#e8912d',
  '🟡': '#ecc94b',
  '🟢': '#2eb67d',
  '✅': '#2eb67d',
  '⚪': '#bbbbbb',
  '↩️': '#1264a3',
};

/** Drawn rather than left to a font: many a machine has none for emoji. */
function drawMarks(escaped: string): string {
  return escaped.replace(
    /🚨|🔴|🟠|🟡|🟢|✅|⚪|↩️/gu,
    (mark) => `<span class="mark" style="background:${MARK_COLOURS[mark]}" title="${mark}"></span>`,
  );
}

function clock(ts: string): string {
  return new Date(Number(ts) * 1_000).toISOString().slice(11, 19) + ' UTC';
}

/** Replaces the content in place, so that the scroll position and folded threads stay. */
const SCRIPT = `
const refresh = async () => {
  try {
    const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
    for (const details of page.querySelectorAll('details')) {
      const shown = document.getElementById(details.id);
      if (shown) details.open = shown.open;
    }
    for (const part of ['main', 'nav', 'aside']) {
      // What is being typed or chosen stays.
      if (document.querySelector(part).contains(document.activeElement) && /TEXTAREA|SELECT/.test(document.activeElement.tagName)) continue;
      const next = page.querySelector(part), now = document.querySelector(part);
      if (next && next.innerHTML !== now.innerHTML) now.replaceWith(next);
    }
    document.body.classList.remove('lost');
  } catch { document.body.classList.add('lost'); }
};
setInterval(refresh, ${REFRESH_SEC * 1_000});
const send = async (path, fields) => {
  const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
  if (!answer.ok) alert(await answer.text());
  document.activeElement.blur();
  await refresh();
};
const click = (element, option) => {
  const { channel, ts, action, url } = element.dataset;
  if (url) window.open(url, '_blank');
  return send('/page/click', { channel, ts, action, option });
};
document.addEventListener('click', (event) => {
  const { dataset } = event.target;
  if (event.target.tagName === 'BUTTON' && dataset.action) click(event.target, '');
  if (dataset.close) send('/page/close', { view: dataset.close });
});
document.addEventListener('change', (event) => {
  if (event.target.dataset.action && event.target.value) click(event.target, event.target.value);
});
document.addEventListener('submit', (event) => {
  event.preventDefault();
  send('/page/submit', { view: event.target.dataset.view, ...Object.fromEntries(new FormData(event.target)) });
});
`;

const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; display: flex; font: 15px/1.46 system-ui, "Segoe UI", "Noto Sans", "Noto Color Emoji", sans-serif; color: #1d1c1d; background: #fff; }
body.lost::before { content: "connection lost"; position: fixed; right: 12px; top: 12px; padding: 4px 10px; background: #e01e5a; color: #fff; border-radius: 6px; }
nav { width: 240px; min-height: 100vh; padding: 16px 0; background: #3f0e40; flex: none; }
nav h1 { margin: 0 16px 14px; font-size: 18px; color: #fff; }
nav h1 small { font-weight: 400; opacity: .7; font-size: 13px; }
nav a { display: flex; justify-content: space-between; padding: 4px 16px; color: #e3d5e4; text-decoration: none; }
nav a:hover { background: #532753; }
.mark { display: inline-block; width: .72em; height: .72em; border-radius: 50%; margin-right: 3px; }
nav span { opacity: .8; font-size: 13px; }
main { flex: 1; min-width: 0; max-width: 860px; padding: 0 24px 60px; }
h2 { position: sticky; top: 0; margin: 0; padding: 14px 0 10px; font-size: 18px; background: #fff; border-bottom: 1px solid #ddd; }
.channel { margin-bottom: 28px; }
.empty { color: #616061; }
article { padding: 12px 0 10px; border-bottom: 1px solid #eee; overflow-wrap: anywhere; }
.by i { font-style: normal; font-size: 10px; background: #ddd; border-radius: 3px; padding: 1px 4px; color: #454447; vertical-align: 1px; }
time, .by em, .reply em { font-size: 12px; color: #616061; font-style: normal; }
.by em, .reply em { border: 1px solid #ccc; border-radius: 8px; padding: 0 6px; margin-left: 4px; }
h3 { margin: 4px 0 6px; font-size: 18px; line-height: 1.3; }
p { margin: 4px 0; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin: 8px 0; }
.context { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 6px; font-size: 12.5px; color: #616061; }
code { background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; font-size: 12.5px; color: #c01343; }
details { margin-top: 8px; padding-left: 12px; border-left: 3px solid #ddd; }
summary { cursor: pointer; color: #1264a3; font-size: 13px; font-weight: 600; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
button, select { font: inherit; font-size: 13px; font-weight: 600; padding: 4px 12px; background: #fff; color: #1d1c1d; border: 1px solid #bbb; border-radius: 4px; cursor: pointer; }
button:hover, select:hover { background: #f6f6f6; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
img { display: block; max-width: 100%; width: 420px; margin: 8px 0; border: 1px solid #ddd; border-radius: 6px; }
.ephemeral { padding: 6px 10px; background: #f8f8f8; border-left: 3px solid #ccc; color: #616061; font-size: 13px; }
.view { position: fixed; inset: 6vh 0 auto; margin: auto; width: min(680px, 94vw); max-height: 88vh; overflow: auto; padding: 16px 22px; background: #fff; border-radius: 8px; box-shadow: 0 8px 40px #0006, 0 0 0 100vmax #0004; }
.view pre { white-space: pre-wrap; font-size: 12.5px; background: #f8f8f8; padding: 8px; margin: 6px 0; }
.view textarea { display: block; width: 100%; min-height: 80px; font: inherit; margin-top: 6px; }
.view .buttons { display: flex; justify-content: flex-end; gap: 8px; }
.reply { padding: 6px 0; }
.reply h3 { font-size: 15px; }
.tombstone p { color: #616061; font-style: italic; }
@media (max-width: 700px) { nav { display: none; } }
@media (max-width: 480px) { .fields { grid-template-columns: 1fr; } }
`;
