/**
 * Recorded histories still replay: code that decides otherwise on the same events would break every running
 * warehouse at its next deployment. `RECORD_HISTORIES=1 npx vitest run test/histories` records them anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { bundleWorkflows } from '../../src/workers/workflow-bundle.ts';
import { createWorld, type World } from '../support/world.ts';

const DIR = new URL('./recorded/', import.meta.url);

describe.runIf(process.env['RECORD_HISTORIES'])('record', () => {
  it('a cycle with its child, and a warehouse over four cycles', async () => {
    const world = await createWorld();
    try {
      await world.onboard('FRA1', 'soon');
      await world.advance(1);
      for (let cycle = 0; cycle < 4; cycle += 1) {
        await world.cycle({}, 'recorded-cycle');
        await world.advance(5);
      }
      const [last] = (
        await world.client.workflow
          .getHandle('warehouse/FRA1')
          .query<{ cycles: { cycleId: string }[] }>('alertHistory')
      ).cycles.slice(-1);
      expect(last).toBeDefined();
      await record(world, 'monitoring-cycle', 'recorded-cycle');
      await record(world, 'warehouse-cycle', `warehouse-cycle/FRA1/${last?.cycleId}`);
      await record(world, 'warehouse', 'warehouse/FRA1');
    } finally {
      await world.stop();
    }
  });
});

describe('recorded histories', () => {
  it.each(readdirSync(DIR).filter((file) => file.endsWith('.json')))('%s replays', async (file) => {
    const history: unknown = JSON.parse(readFileSync(new URL(file, DIR), 'utf8'));
    const { workflowId, events } = history as { workflowId: string; events: object };
    expect(Object.keys(events)).not.toHaveLength(0);
    await expect(
      Worker.runReplayHistory(
        { workflowBundle: await bundleWorkflows() },
        historyFromJSON(events),
        workflowId,
      ),
    ).resolves.toBeUndefined();
  });
});

async function record(world: World, name: string, workflowId: string): Promise<void> {
  const history = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const events: unknown = JSON.parse(
    // Who recorded it is nobody's business.
    historyToJSON(history).replaceAll(/"identity":\s*"[^"]*"/g, '"identity":"recorded"'),
  );
  writeFileSync(new URL(`${name}.json`, DIR), `${JSON.stringify({ workflowId, events })}\n`);
}
