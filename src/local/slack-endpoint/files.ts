/** Files in three steps, as Slack has them: ask for a place, send the bytes, complete. */
import { Refusal } from './refusal.ts';

export interface StoredFile {
  id: string;
  name: string;
  length: number;
  /** null: not sent yet. */
  bytes: Buffer | null;
  completed: boolean;
}

export interface Files {
  reserve(name: string, length: number): StoredFile;
  /** false: no such place, or another length than was announced. */
  receive(id: string, bytes: Buffer): boolean;
  /** @throws Refusal `file_not_found` */
  complete(id: string): StoredFile;
  find(id: string): StoredFile | undefined;
  /** What an image block may show. */
  isImage(id: string): boolean;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function createFiles(): Files {
  const files = new Map<string, StoredFile>();
  return {
    reserve(name, length) {
      const id = `F${String(files.size + 1).padStart(8, '0')}`;
      const file: StoredFile = { id, name, length, bytes: null, completed: false };
      files.set(id, file);
      return file;
    },
    receive(id, bytes) {
      const file = files.get(id);
      if (!file || bytes.length !== file.length) return false;
      file.bytes = bytes;
      return true;
    },
    complete(id) {
      const file = files.get(id);
      if (!file || file.bytes === null) throw new Refusal('file_not_found');
      file.completed = true;
      return file;
    },
    find: (id) => files.get(id),
    isImage(id) {
      const file = files.get(id);
      return file?.completed === true && file.bytes?.subarray(0, 8).equals(PNG_SIGNATURE) === true;
    },
  };
}
