/** What a method of the Web API is called with. */
import type { Files } from './files.ts';
import type { Json } from './json.ts';
import type { Views } from './views.ts';
import type { StoredMessage, Workspace } from './workspace.ts';

/** Arguments as they came: form fields are texts, JSON bodies keep their types. */
export type Arguments = Json;
export interface MethodContext {
  workspace: Workspace;
  /** Makes the channels that a post may name although nobody has made them. */
  autoCreate: boolean;
  onMessage(message: StoredMessage, change: 'posted' | 'edited'): void;
  views: Views;
  files: Files;
  /** Shown to one person each, in the order of posting. */
  ephemerals: Ephemeral[];
  /** Where `apps.connections.open` sends an app. */
  socketUrl: string;
  /** Where files are sent, the id to be added. */
  uploadUrl: string;
}

export interface Ephemeral {
  channelId: string;
  userId: string;
  text: string;
  ts: string;
}
