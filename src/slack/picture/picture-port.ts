/** Brings a picture to Slack in three steps; a workspace that does not allow it is not asked again for an hour. */
import { SlackAmbiguous, SlackFinalError } from '../errors.ts';
import { createWebClient, type WebClientOptions } from '../web-client.ts';

export interface PicturePort {
  /** @returns the file's id, for an image block. @throws SlackFinalError and its kin */
  upload(png: Buffer, title: string): Promise<string>;
}

/** A scope that is missing stays so until a person grants it. */
const ASK_AGAIN_MS = 3_600_000;

const UPLOAD_TIMEOUT_MS = 10_000;

export function createPicturePort(options: WebClientOptions & { now?: () => number }): PicturePort {
  const { client, call } = createWebClient(options);
  const now = options.now ?? Date.now;
  let refused: { error: SlackFinalError; untilMs: number } | null = null;

  return {
    async upload(png, title) {
      if (refused !== null && now() < refused.untilMs) throw refused.error;
      try {
        return await uploadNow(png, title);
      } catch (error) {
        if (error instanceof SlackFinalError) refused = { error, untilMs: now() + ASK_AGAIN_MS };
        throw error;
      }
    },
  };

  async function uploadNow(png: Buffer, title: string): Promise<string> {
    const { file_id: id = '', upload_url: url = '' } = await call(
      'files.getUploadURLExternal',
      'a picture',
      () => client.files.getUploadURLExternal({ filename: 'level.png', length: png.length, alt_text: title }),
    );
    const sent = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(png),
      headers: { 'content-type': 'image/png' },
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    }).catch(() => null);
    if (sent?.ok !== true)
      throw new SlackAmbiguous(`Slack did not take a picture: ${sent?.status ?? 'no answer'}`);
    await call('files.completeUploadExternal', 'a picture', () =>
      client.files.completeUploadExternal({ files: [{ id, title }] }),
    );
    return id;
  }
}
