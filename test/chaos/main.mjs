/** `npm run chaos -- --seed N --cycles N`: the chaos test with a long plan. Exit code 1 where counts differ. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, cycles: { type: 'string', default: '200' } },
});
for (const [name, value] of Object.entries(values))
  if (!/^[1-9]\d*$/.test(value)) {
    process.stderr.write(`--${name} is '${value}': expected a whole number, 1 or more\n`);
    process.exit(2);
  }
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/chaos', '--disableConsoleIntercept'],
  {
    cwd: new URL('../../', import.meta.url),
    stdio: 'inherit',
    env: { ...process.env, CHAOS_SEED: values.seed, CHAOS_CYCLES: values.cycles },
  },
);
process.exit(status ?? 1);
