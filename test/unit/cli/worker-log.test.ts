import { expect, test } from 'vitest';
import { createWorkerLogView } from '../../../src/cli/worker-log.ts';

const line = (fields: object) => JSON.stringify({ level: 40, msg: 'Activity failed', ...fields });

function view() {
  const shown: string[] = [];
  let now = 0;
  const show = createWorkerLogView(
    () => now,
    (text) => shown.push(text),
  );
  return { shown, show, wait: (ms: number) => (now += ms) };
}

test.each([
  ['information', line({ level: 30 }), []],
  ['a warning', line({ error: { message: 'no route' } }), ['worker: Activity failed: no route']],
  [
    'a failing activity',
    line({ activityType: 'deliver', workflowId: 'warehouse-cycle/FRA1/x' }),
    ['worker: Activity failed (deliver in warehouse-cycle/FRA1/x)'],
  ],
  ['what is no log entry', 'webpack compiled successfully', []],
])('%s', (_, text, expected) => {
  const { shown, show } = view();
  show(text);
  expect(shown).toEqual(expected);
});

test('a retry of the same trouble, or the same in another warehouse, is told once a minute', () => {
  const { shown, show, wait } = view();
  const failed = (workflowId: string) => show(line({ activityType: 'deliver', workflowId }));
  failed('warehouse-cycle/FRA1/x');
  wait(59_999);
  failed('warehouse-cycle/LEJ1/x');
  expect(shown).toHaveLength(1);
  wait(1);
  failed('warehouse-cycle/FRA1/x');
  expect(shown).toHaveLength(2);
});
