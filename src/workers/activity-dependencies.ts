/** Fills the ports of the activities with the real things. */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { ActivityDependencies } from '../activities/activities.ts';
import { blindSourcesOf } from '../activities/report-network.ts';
import { SOURCES_BLIND } from '../activities/report-network/kinds.ts';
import type { CyclePlan } from '../activities/snapshot.ts';
import { createReadSettings } from '../activities/settings.ts';
import * as warehouses from '../client/warehouse.ts';
import type { Config } from '../config.ts';
import { initialMemory, type WarehouseMemory } from '../domain/suppress/memory.ts';
import { interpretMemory } from '../domain/suppress/state.ts';
import type { MessageActions } from '../slack/buttons.ts';
import { createFeedbackUrl } from '../slack/feedback-link.ts';
import { createPicturePort } from '../slack/picture/picture-port.ts';
import { createSlackPort } from '../slack/slack-port.ts';
import * as analytics from '../store/analytics.ts';
import * as artifacts from '../store/artifact.ts';
import * as cycles from '../store/cycle.ts';
import { changeNetworkAlert, findOpenAt } from '../store/network-alert.ts';
import { readRegistry } from '../store/registry.ts';
import { purgeUnitLevels, readUnitLevels, recordUnitLevels } from '../store/unit-level.ts';
import type { WarehouseCycleResult } from '../workflows/warehouse-cycle.ts';

export interface Wiring {
  config: Config;
  client: Client;
  app: Pool;
  analytics: Pool;
  sources: { wes: Pool; wcs: Pool; lms: Pool };
  taskQueue: string;
  continueAfterUpdates?: number | undefined;
  shiftPresentMs(): number;
}

function messageActionsOf({ slack, interact: { links }, consoleUrl }: Config): MessageActions {
  return {
    interactive: slack.signingSecret !== null || slack.appToken !== null,
    consoleUrl,
    feedbackUrl: links === null ? null : (episodeId, cycleId) => createFeedbackUrl(links, episodeId, cycleId),
  };
}

/** @throws Error where SLACK_BOT_TOKEN is not set: a worker that cannot say anything must not look alive */
export function wireActivities({ config, client, app, ...wiring }: Wiring): ActivityDependencies {
  if (config.slack.botToken === null) {
    throw new Error('SLACK_BOT_TOKEN is not set: expected the bot token (xoxb-...) that posts the alerts');
  }
  const getArtifact = <T>(id: string) => artifacts.getArtifact<T>(app, id);
  const recallMemory = async (
    code: string,
    plan: Omit<CyclePlan, 'warehouses'>,
  ): Promise<WarehouseMemory> => {
    if (plan.mode === 'replay') {
      const recorded = await artifacts.findMemoryBefore(app, config.artifactPrefix, code, plan.cycleId);
      if (recorded !== null) return getArtifact<WarehouseMemory>(recorded);
    }
    return (await warehouses.queryMemory(client, code)) ?? initialMemory(code);
  };
  return {
    environment: config.environment,
    intervalMinutes: config.intervalMinutes,
    retentionDays: config.retentionDays,
    pools: wiring.sources,
    sourcesDir: config.sources.dir,
    slack: createSlackPort({ token: config.slack.botToken, apiUrl: config.slack.apiUrl }),
    pictures: createPicturePort({ token: config.slack.botToken, apiUrl: config.slack.apiUrl }),
    messageActions: messageActionsOf(config),

    readRegistry: () => readRegistry(app),
    isWatched: (code) => warehouses.isWatched(client, code),
    shiftPresentMs: () => wiring.shiftPresentMs(),
    putArtifact: (artifact) => artifacts.putArtifact(app, artifact),
    getArtifact,
    listArtifacts: (filter) => artifacts.listArtifacts(app, filter),
    purgeArtifacts: (beforeDay) => artifacts.purgeArtifacts(app, beforeDay),
    purgeLevels: (before) => purgeUnitLevels(app, before),
    readLevels: (code, marks) => readUnitLevels(app, config.artifactPrefix, code, marks),
    recordLevels: (code, levels) => recordUnitLevels(app, config.artifactPrefix, code, levels),
    readSettings: createReadSettings(getArtifact),

    recallMemory,
    readMemory: async (code, plan) =>
      plan.mode === 'live'
        ? ((await warehouses.queryInterpretMemory(client, code)) ?? interpretMemory(initialMemory(code)))
        : interpretMemory(await recallMemory(code, plan)),
    decide: (input, code) =>
      warehouses.decideCycle(client, code, input, {
        taskQueue: wiring.taskQueue,
        ...(wiring.continueAfterUpdates === undefined
          ? {}
          : { continueAfterUpdates: wiring.continueAfterUpdates }),
      }),
    takeOutbox: (code, cycleId) =>
      warehouses.takeOutbox(client, code, {
        cycleId,
        sender: Context.current().info.workflowExecution?.runId ?? '',
      }),
    confirm: async (code, confirmation) => {
      await warehouses.confirmDelivery(client, code, confirmation);
    },
    resultOf: (workflowId) => client.workflow.getHandle(workflowId).result() as Promise<WarehouseCycleResult>,

    readNetworkBlind: async (cycleId) => {
      const open = await findOpenAt(app, SOURCES_BLIND, cycleId);
      return blindSourcesOf(open);
    },
    heartbeatUrl: config.heartbeatUrl,
    findDecidedBefore: (cycle) => cycles.findDecidedBefore(app, cycle),
    recordCycleDecided: (cycle) => cycles.recordCycleDecided(app, cycle),
    changeNetworkAlert: (key, change) => changeNetworkAlert(app, key, change),
    recordCycleStarted: (cycle) => cycles.recordCycleStarted(app, cycle),
    recordCycleCompleted: (cycle) => cycles.recordCycleCompleted(app, cycle),
    recordCycleSynced: (cycle) => cycles.recordCycleSynced(app, cycle),
    listUnsyncedCycles: (limit) => cycles.listUnsyncedCycles(app, limit),
    upsertCycle: (cycle) => analytics.upsertCycle(wiring.analytics, config.environment, cycle),
    upsertRecommendations: (rows) => analytics.upsertRecommendations(wiring.analytics, rows),
    upsertDeliveries: (rows) => analytics.upsertDeliveries(wiring.analytics, rows),

    heartbeat: () => Context.current().heartbeat(),
    attempt: () => Context.current().info.attempt,
    now: () => Date.now(),
  };
}
