/** One thing that has to be so, and what to do when it is not; a cause is told once. */
import { messageOf } from '../../failures/errors.ts';
import { CommandFailure, exitCodeOf } from '../failure.ts';
import { EXIT, type ExitCode } from '../../failures/exit-codes.ts';

export interface Check {
  /** In the order of reading, e.g. `temporal`. */
  area: string;
  name: string;
  /** Checks before it, as `area name`, without which this one would only tell their cause again. */
  needs?: string[];
  /** What it talks to: a server that does not answer is told by the first check that finds it so. */
  server?: string;
  /** Resolves with what was found, in a few words. @throws CommandFailure */
  run(): Promise<string>;
}

export interface CheckResult {
  area: string;
  name: string;
  ok: boolean;
  /** Not tried, and what for: `needs database connection`. */
  skipped: boolean;
  detail: string;
  mend: string;
}

interface Settled extends CheckResult {
  code: ExitCode;
  /** The failed check that this one waits for; its own name where it failed itself. */
  cause: string;
}

/** A server that hangs must not hang the doctor. */
const TIMEOUT_MS = 20_000;

/** Side by side, but for those that need another one. */
export async function runChecks(
  checks: readonly Check[],
): Promise<{ results: CheckResult[]; code: ExitCode }> {
  const settled = new Map<string, Promise<Settled>>();
  const servers = new Map<string, Promise<Settled>[]>();
  for (const check of checks) {
    const before = check.server === undefined ? [] : (servers.get(check.server) ?? []);
    const needed = (check.needs ?? []).flatMap((id) => settled.get(id) ?? []);
    const result = settle(check, needed, before);
    settled.set(idOf(check), result);
    if (check.server !== undefined) servers.set(check.server, [...before, result]);
  }
  const all = await Promise.all(settled.values());
  const code = all.reduce<ExitCode>((worst, each) => (each.code > worst ? each.code : worst), EXIT.ok);
  return { results: all.map(({ code: _code, cause: _cause, ...result }) => result), code };
}

/** Those that are meant by area or name, and those that they need. */
export function choose(checks: readonly Check[], only: readonly string[]): Check[] {
  const wanted = new Set(
    checks.filter(({ area, name }) => only.includes(area) || only.includes(name)).map(idOf),
  );
  for (const check of checks.toReversed())
    if (wanted.has(idOf(check))) for (const need of check.needs ?? []) wanted.add(need);
  return checks.filter((check) => wanted.has(idOf(check)));
}

export function idOf({ area, name }: { area: string; name: string }): string {
  return `${area} ${name}`;
}

async function settle(
  check: Check,
  needed: readonly Promise<Settled>[],
  sameServer: readonly Promise<Settled>[],
): Promise<Settled> {
  const failed = (await Promise.all(needed)).find(({ ok }) => !ok);
  const silent = (await Promise.all(sameServer)).find(({ code }) => code === EXIT.unreachable);
  const cause = failed?.cause ?? silent?.cause;
  if (cause === undefined) return attempt(check);
  const { area, name } = check;
  return {
    ...{ area, name, ok: false, skipped: true, detail: `needs ${cause}`, mend: '' },
    ...{ code: EXIT.ok, cause },
  };
}

async function attempt(check: Check): Promise<Settled> {
  const { area, name } = check;
  const told = { area, name, skipped: false, cause: idOf(check) };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CommandFailure(
            EXIT.unreachable,
            `no answer within ${TIMEOUT_MS / 1_000} s`,
            'see whether the server is overloaded',
          ),
        ),
      TIMEOUT_MS,
    );
  });
  try {
    return { ...told, ok: true, detail: await Promise.race([check.run(), limit]), mend: '', code: EXIT.ok };
  } catch (error) {
    const mend = error instanceof CommandFailure ? error.mend : '';
    return { ...told, ok: false, detail: messageOf(error), mend, code: exitCodeOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
