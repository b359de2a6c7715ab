/** The methods behind buttons, windows and pictures. */
import { asRecords, asText, type Json } from './json.ts';
import type { Arguments, MethodContext } from './method-context.ts';
import { Refusal } from './refusal.ts';
import { checkBlocks, checkText } from './validate.ts';

export const INTERACTIVE_METHODS: Record<string, (args: Arguments, context: MethodContext) => Json> = {
  'apps.connections.open': (_args, { socketUrl }) => ({ url: socketUrl }),

  'views.open': (args, { views }) => {
    const view = views.open(asText(args['trigger_id']), parse(args['view'], 'invalid_arguments'), Date.now());
    return { view: { id: view.id, type: 'modal', callback_id: view.callbackId } };
  },

  'chat.postEphemeral': (args, { workspace, ephemerals }) => {
    const channel = workspace.findById(asText(args['channel']));
    if (!channel || (channel.private && !channel.member)) throw new Refusal('channel_not_found');
    if (channel.archived) throw new Refusal('is_archived');
    if (!channel.member) throw new Refusal('not_in_channel');
    const userId = asText(args['user']);
    if (!/^[UW][A-Z0-9]{6,}$/.test(userId)) throw new Refusal('user_not_in_channel');
    const text = asText(args['text']);
    checkText('chat.postEphemeral', text);
    const blocks =
      args['blocks'] === undefined
        ? []
        : checkBlocks(parse(args['blocks'], 'invalid_blocks_format'), { isImage: () => false });
    if (text === '' && blocks.length === 0) throw new Refusal('no_text');
    const ts = workspace.nextTs();
    ephemerals.push({ channelId: channel.id, userId, text, ts });
    return { message_ts: ts };
  },

  'files.getUploadURLExternal': (args, { files, uploadUrl }) => {
    const name = asText(args['filename']);
    const length = Number(asText(args['length']));
    if (name === '' || !Number.isInteger(length) || length < 1) throw new Refusal('invalid_arguments');
    const file = files.reserve(name, length);
    return { upload_url: `${uploadUrl}${file.id}`, file_id: file.id };
  },

  'files.completeUploadExternal': (args, { files }) => {
    const asked = asRecords(parse(args['files'], 'invalid_arguments'));
    if (asked.length === 0) throw new Refusal('invalid_arguments');
    return {
      files: asked.map((each) => {
        const { id, name } = files.complete(asText(each['id']));
        return { id, title: asText(each['title']) || name };
      }),
    };
  },
};

/** In a form structured arguments are JSON texts. */
function parse(value: unknown, error: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new Refusal(error);
  }
}
