/** JSON in a bytea column. Speed over size: a whole network's extracts and memories are compressed within one cycle. */
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';

const deflate = promisify(gzip);
const inflate = promisify(gunzip);

export function compress(json: string): Promise<Buffer> {
  return deflate(json, { level: constants.Z_BEST_SPEED });
}

/** @throws Error where the bytes are damaged */
export async function decompress(body: Buffer): Promise<string> {
  return (await inflate(body)).toString('utf8');
}
