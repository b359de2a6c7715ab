/** Fills the ports of the activities with the real things. */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { ActivityDependencies } from '../activities/activities.ts';
import { blindSourcesOf } from '../activities/report-network/shown.ts';
import { SOURCES_BLIND } from '../activities/report-network/kinds.ts';
import { createReadSettings } from '../activities/settings.ts';
import { createRecall } from '../client/recall.ts';
import * as warehouses from '../client/warehouse.ts';
import type { Config } from '../config/config.ts';
import { initialMemory, type WarehouseMemory } from '../domain/suppress/memory.ts';
import { interpretMemory } from '../domain/suppress/state.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import type { MessageActions } from '../slack/buttons.ts';
import { createFeedbackUrl } from '../slack/feedback-link.ts';
import { createPicturePort } from '../slack/picture/picture-port.ts';
import { createSlackPort } from '../slack/slack-port.ts';
import * as analytics from '../store/analytics.ts';
import * as artifacts from '../store/artifact.ts';
import * as cycles from '../store/cycle.ts';
import * as ledger from '../store/delivery-ledger.ts';
import { recordRootEnded, takeUnendedRoots } from '../store/unended-root.ts';
import {
  findOpenAt,
  giveBackNetworkAlert,
  keepNetworkAlert,
  takeNetworkAlert,
} from '../store/network-alert.ts';
import { readRegistry } from '../store/registry.ts';
import { listDefectsSince, listHealthSince, recordSourceHealth } from '../store/source-health.ts';
import * as owners from '../store/source-owner.ts';
import { purgeUnitLevels, readUnitLevels, recordUnitLevels } from '../store/unit-level.ts';
import { storeMemory } from '../store/warehouse-memory.ts';
import type { WarehouseCycleResult } from '../activities/await-warehouse-cycle.ts';

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
  const { taskQueue, continueAfterUpdates } = wiring;
  const recall = createRecall({
    client,
    pool: app,
    intervalMinutes: config.intervalMinutes,
    start: { taskQueue, ...(continueAfterUpdates === undefined ? {} : { continueAfterUpdates }) },
  });
  const askMemory = (code: string) => warehouses.queryMemory(client, code);
  /** As it was recorded then; where no cycle ran since, as it is. */
  const memoryBefore = async (code: string, cycleId: CycleId): Promise<WarehouseMemory> => {
    const recorded = await artifacts.findMemoryBefore(app, config.artifactPrefix, code, cycleId);
    if (recorded !== null) return getArtifact<WarehouseMemory>(recorded);
    return (await askMemory(code)) ?? initialMemory(code);
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
    isWatched: (code) => recall.isWatched(code),
    shiftPresentMs: () => wiring.shiftPresentMs(),
    putArtifact: (artifact) => artifacts.putArtifact(app, artifact),
    getArtifact,
    listArtifacts: (filter) => artifacts.listArtifacts(app, filter),
    purgeArtifacts: (beforeDay) => artifacts.purgeArtifacts(app, beforeDay),
    purgeLevels: (before) => purgeUnitLevels(app, before),
    readLevels: (code, marks) => readUnitLevels(app, config.artifactPrefix, code, marks),
    recordLevels: (code, levels) => recordUnitLevels(app, config.artifactPrefix, code, levels),
    readSettings: createReadSettings(getArtifact),

    recallMemory: (code, { mode, cycleId }) =>
      mode === 'live' ? recall.memory(code, cycleId) : memoryBefore(code, cycleId),
    readMemory: async (code, { mode, cycleId }) =>
      mode === 'live'
        ? recall.interpretMemory(code, cycleId)
        : interpretMemory(await memoryBefore(code, cycleId)),
    decide: (input, code) => recall.decide(code, input),
    askMemory,
    recordSourceHealth: (code, cycleId, health) => recordSourceHealth(app, code, cycleId, health),
    storeMemory: (memory) => storeMemory(app, memory),
    takeOutbox: (code, cycleId) =>
      recall.whileWatched(
        code,
        cycleId,
        () =>
          warehouses.takeOutbox(client, code, {
            cycleId,
            sender: Context.current().info.workflowExecution?.runId ?? '',
          }),
        [],
      ),
    recordHandOvers: (handOvers) => ledger.recordHandOvers(app, handOvers),
    listDelivered: (code, of) => ledger.listDeliveredOf(app, code, of),
    confirm: async (code, confirmation, cycleId) => {
      // What has arrived is known from here even where the workflow is lost before it is told.
      await ledger.recordDelivered(app, code, confirmation);
      await recall.whileWatched<unknown>(
        code,
        cycleId,
        () => warehouses.confirmDelivery(client, code, confirmation),
        null,
      );
    },
    resultOf: (workflowId) => client.workflow.getHandle(workflowId).result() as Promise<WarehouseCycleResult>,

    readNetworkBlind: async (cycleId) => {
      const open = await findOpenAt(app, SOURCES_BLIND, cycleId);
      return blindSourcesOf(open);
    },
    heartbeatUrl: config.heartbeatUrl,
    findDecidedBefore: (cycle) => cycles.findDecidedBefore(app, cycle),
    recordCycleDecided: (cycle) => cycles.recordCycleDecided(app, cycle),
    takeUnendedRoots: (limit) => takeUnendedRoots(app, limit),
    recordRootEnded: (root) => recordRootEnded(app, root),
    takeNetworkAlert: (taking, openAs) => takeNetworkAlert(app, taking, openAs),
    keepNetworkAlert: (taking) => keepNetworkAlert(app, taking),
    giveBackNetworkAlert: (taker, told) => giveBackNetworkAlert(app, taker, told),
    listSourceOwners: () => owners.listSourceOwners(app),
    listToldOwners: (day) => owners.listToldOwners(app, day),
    takeOwnersDay: (taking) => owners.takeOwnersDay(app, taking),
    recordOwnersTold: (of, at) => owners.recordOwnersTold(app, of, at),
    listDefectsSince: (since) => listDefectsSince(app, since),
    listHealthSince: (since) => listHealthSince(app, since),
    recordCycleStarted: (cycle) => cycles.recordCycleStarted(app, cycle),
    recordCycleCompleted: (cycle) => cycles.recordCycleCompleted(app, cycle),
    recordCycleSynced: (cycle) => cycles.recordCycleSynced(app, cycle),
    listUnsyncedCycles: (limit) => cycles.listUnsyncedCycles(app, limit),
    upsertCycle: (cycle) => analytics.upsertCycle(wiring.analytics, config.environment, cycle),
    upsertRecommendations: (rows) => analytics.upsertRecommendations(wiring.analytics, rows),
    upsertSourceHealth: (rows) => analytics.upsertSourceHealth(wiring.analytics, rows),
    listUnsyncedDeliveries: (limit) => ledger.listUnsyncedDeliveries(app, limit),
    recordDeliveriesSynced: (synced) => ledger.recordDeliveriesSynced(app, synced),
    purgeLedger: (before) => ledger.purgeLedger(app, before),
    upsertDeliveries: (rows) => analytics.upsertDeliveries(wiring.analytics, rows),

    heartbeat: () => Context.current().heartbeat(),
    attempt: () => Context.current().info.attempt,
    now: () => Date.now(),
  };
}
