/** One thing that has to be so, and what to do when it is not. */
import { messageOf } from '../../local/errors.ts';

/** What is wrong, and how to mend it. */
export class CheckFailed extends Error {
  override name = 'CheckFailed';
  readonly mend: string;
  constructor(message: string, mend: string, options?: ErrorOptions) {
    super(message, options);
    this.mend = mend;
  }
}

export interface Check {
  /** In the order of reading, e.g. `temporal`. */
  area: string;
  name: string;
  /** Resolves with what was found, in a few words. @throws CheckFailed */
  run(): Promise<string>;
}

export interface CheckResult {
  area: string;
  name: string;
  ok: boolean;
  detail: string;
  mend: string;
}

/** A server that hangs must not hang the doctor. */
const TIMEOUT_MS = 20_000;

export async function runCheck(check: Check): Promise<CheckResult> {
  const { area, name } = check;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CheckFailed(`no answer within ${TIMEOUT_MS / 1_000} s`, 'see whether the server is overloaded'),
        ),
      TIMEOUT_MS,
    );
  });
  try {
    return { area, name, ok: true, detail: await Promise.race([check.run(), limit]), mend: '' };
  } catch (error) {
    const mend =
      error instanceof Error && 'mend' in error && typeof error.mend === 'string' ? error.mend : '';
    return { area, name, ok: false, detail: messageOf(error), mend };
  } finally {
    clearTimeout(timer);
  }
}
