/**
 * Recorded histories still replay: code that decides otherwise on the same events would break every running
 * warehouse at its next deployment. `RECORD_HISTORIES=1 npx vitest run test/histories` records them anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, type InjectedSinks, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import * as warehouses from '../../src/client/warehouse.ts';
import { createWorkflowSubject } from '../support/workflow-subject.ts';
import { createWorld, type World } from '../support/world.ts';
import { INSTRUCTION_SCENARIOS } from '../unit/suppress/instruction-scenarios.ts';
import { runScenario } from '../unit/suppress/scenario.ts';
import type { AnswerSinks } from './record-results.ts';

const DIR = new URL('./recorded/', import.meta.url);

describe.runIf(process.env['RECORD_HISTORIES'])('record', { timeout: 300_000 }, () => {
  it('a cycle with its child; a warehouse that people answer, that continues as new, and that is restored', async () => {
    const world = await createWorld({ worker: { continueAfterUpdates: 40 } });
    const { client } = world;
    const next = async () => {
      await world.advance(5);
      return world.cycle({}, 'recorded-cycle');
    };
    try {
      await world.onboard('FRA1', 'full');
      await world.advance(1);
      const { cycleId } = await world.cycle({}, 'recorded-cycle');
      await record(world, 'monitoring-cycle', 'recorded-cycle');
      await record(world, 'warehouse-cycle', `warehouse-cycle/FRA1/${cycleId}`);

      const [episodeId = '', another = ''] = (await world.alertState('FRA1')).units.flatMap(({ alerts }) =>
        alerts.flatMap(({ episode }) => episode?.episodeId ?? []),
      );
      const unit = another.split(':')[0] ?? '';
      const until = new Date(Date.parse(world.now()) + 3_600_000).toISOString();
      await warehouses.acknowledge(client, 'FRA1', { episodeId, by: 'lead', id: 'click/1' });
      await warehouses.mute(client, 'FRA1', { unit, until, by: 'lead', id: 'click/2' });
      await warehouses.recordFeedback(client, 'FRA1', { episodeId, verdict: 'right', by: 'lead' });
      await next();
      await warehouses.unmute(client, 'FRA1', { unit, by: 'lead' });
      const wrong = { episodeId, verdict: 'wrong', reason: 'by hand', by: 'kim', id: 'click/3' } as const;
      const again = { episodeId, by: 'kim', id: 'click/4' };
      await warehouses.operate(
        client,
        'FRA1',
        {
          answers: [
            { kind: 'recordFeedback', input: wrong },
            { kind: 'acknowledge', input: again },
          ],
        },
        'answers/1',
      );
      await next();
      await record(world, 'warehouse-operated', 'warehouse/FRA1');

      const { runId } = await client.workflow.getHandle('warehouse/FRA1').describe();
      const isContinued = async () =>
        (await client.workflow.getHandle('warehouse/FRA1').describe()).runId !== runId;
      while (!(await isContinued())) await next();
      await world.relieve('FRA1');
      for (let cycle = 0; cycle < 3; cycle += 1) await next();
      const { undo = [] } = await world.alertState('FRA1');
      expect(undo).not.toEqual([]);
      for (const { episodeId: over } of undo)
        await warehouses.acknowledge(client, 'FRA1', { episodeId: over, by: 'kim', id: `done/${over}` });
      await next();
      await record(world, 'warehouse-continued', 'warehouse/FRA1');

      await client.workflow.getHandle('warehouse/FRA1').terminate('recorded');
      for (let cycle = 0; cycle < 3; cycle += 1) expect((await next()).failed).toEqual([]);
      await record(world, 'warehouse-restored', 'warehouse/FRA1');

      // People are moved, a throttle stays, and what takes it back is done: whatever the floor above asks for.
      await client.workflow.getHandle('warehouse/FRA1').terminate('recorded');
      await warehouses.startWarehouse(client, 'FRA1', { taskQueue: world.taskQueue });
      for (const [at, { steps, name }] of INSTRUCTION_SCENARIOS.entries()) {
        const later = steps.map((step) => ({ ...step, c: step.c + 10 * at }));
        await runScenario(createWorkflowSubject(client), { name, steps: later });
      }
      await record(world, 'warehouse-instructions', 'warehouse/FRA1');
    } finally {
      await world.stop();
    }
  });
});

describe('recorded histories', () => {
  it.each(readdirSync(DIR).filter((file) => file.endsWith('.json')))(
    '%s replays, every update with the answer that it had',
    async (file) => {
      const { workflowId, events }: { workflowId: string; events: { events?: HistoryEvent[] } } = JSON.parse(
        readFileSync(new URL(file, DIR), 'utf8'),
      );
      expect(Object.keys(events)).not.toHaveLength(0);
      const given = new Map<string, unknown>();
      const sinks: InjectedSinks<AnswerSinks> = {
        answers: {
          give: { fn: (_info, updateId, answer) => void given.set(updateId, answer), callDuringReplay: true },
        },
      };
      const workflowBundle = await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('../../src/workflows/workflows.ts', import.meta.url)),
        workflowInterceptorModules: [fileURLToPath(new URL('./record-results.ts', import.meta.url))],
        logger: new DefaultLogger('ERROR'),
      });
      await expect(
        Worker.runReplayHistory({ workflowBundle, sinks }, historyFromJSON(events), workflowId),
      ).resolves.toBeUndefined();
      expect(Object.fromEntries(given)).toEqual(Object.fromEntries(recordedAnswers(events.events ?? [])));
      expect(given.size > 0).toBe(workflowId.startsWith('warehouse/'));
    },
  );
});

interface HistoryEvent {
  workflowExecutionUpdateCompletedEventAttributes?: {
    meta: { updateId: string };
    outcome: { success?: { payloads: { data: string }[] } };
  };
}

function recordedAnswers(events: HistoryEvent[]): [string, unknown][] {
  return events.flatMap(({ workflowExecutionUpdateCompletedEventAttributes: completed }) => {
    const data = completed?.outcome.success?.payloads[0]?.data;
    if (!completed || data === undefined) return [];
    const answer: unknown = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
    return [[completed.meta.updateId, answer] satisfies [string, unknown]];
  });
}

async function record(world: World, name: string, workflowId: string): Promise<void> {
  const history = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const events: unknown = JSON.parse(
    // Who recorded it is nobody's business.
    historyToJSON(history).replaceAll(/"identity":\s*"[^"]*"/g, '"identity":"recorded"'),
  );
  writeFileSync(new URL(`${name}.json`, DIR), `${JSON.stringify({ workflowId, events })}\n`);
}
