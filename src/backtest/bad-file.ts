/** An input file that can't be used as it is: names the file, the line where there is one, and what was expected. */
import { FAILURE } from '../failures/failures.ts';
export class BadFile extends Error {
  override name = FAILURE.BadFile;
  readonly file: string;
  /** From 1, the header's; null where the whole file is meant. */
  readonly line: number | null;
  readonly reason: string;

  constructor(file: string, line: number | null, reason: string) {
    super(line === null ? `${file}: ${reason}` : `${file}, line ${line}: ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}
