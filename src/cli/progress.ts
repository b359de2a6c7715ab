import { say } from './output.ts';

/** Runs one start-up step, then tells what came of it and how long it took. */
export async function step<T>(
  describe: string | ((result: T) => string),
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const result = await work();
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  say(`  ${`${seconds} s`.padStart(7)}  ${typeof describe === 'string' ? describe : describe(result)}`);
  return result;
}
