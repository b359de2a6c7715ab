/**
 * The pictures in README, of what is really sent: `TAKE_SCREENSHOTS=1 npx vitest run screenshots` takes them anew with
 * the browser that CHROMIUM names.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createDeliver } from '../../../src/activities/deliver/deliver.ts';
import type { DeliveryConfirmation, Transition } from '../../../src/domain/suppress/contract.ts';
import type { Environment } from '../../../src/domain/vocabulary.ts';
import { startSlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { createPicturePort } from '../../../src/slack/picture/picture-port.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import { evaluationOf, newTransition, recommendationOf } from '../../unit/slack/transitions.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const TOKEN = 'xoxb-screenshots';
const SNAPSHOT = Date.parse('2026-03-02T10:05:00Z');

const first = newTransition({
  unitId: 'FRA1_SINGLES_TOTAL',
  unitType: 'TOTAL',
  action: 'ADD_STAFF',
  actionUnitId: 'FRA1_SINGLES_TOTAL',
  cause: 'UNDERSTAFFED',
  quantity: 3,
  quantityUnit: 'persons',
  severity: 'WARNING',
  ttoMin: 22,
});
const PACK = {
  process: 'PACK',
  because: '4 are needed, 3 can be added',
};

/** Trace of the decision a quarter of an hour later. */
const LATER = 'live/2026-03-02T10:20:00Z/FRA1/resolve/def';
const PACK_LATER = {
  ...PACK,
  because: '',
};

interface Shot {
  name: string;
  height: number;
  environment?: Environment;
  /** Each is what one cycle has to say. */
  cycles: Transition[][];
}

const later = (change: Partial<Transition>): Transition => ({
  ...first,
  sequence: 2,
  label: 'ONGOING',
  reason: 'quantity',
  cycleId: '2026-03-02T10:20:00Z',
  traceId: LATER,
  quantity: 5,
  ttoMin: 14,
  earlier: {
    action: 'ADD_STAFF',
    actionUnitId: first.actionUnitId,
    quantity: 3,
    quantityUnit: 'persons',
    process: 'PACK',
    cycleId: first.cycleId,
    stays: false,
  },
  ...change,
});
const MANY: Partial<Transition>[] = [
  { unitId: 'FRA1_SINGLES_INDUCT-1', severity: 'WARNING', ttoMin: 24, quantity: 10 },
  { unitId: 'FRA1_SINGLES_INDUCT-2' },
  { unitId: 'FRA1_SINGLES_INDUCT-3', state: 'OVERFLOW', quantity: 50 },
  { unitId: 'FRA1_MULTIS_INDUCT-1', severity: 'WARNING', ttoMin: 19, quantity: 20 },
  {
    unitId: 'FRA1_MULTIS_CHUTE-2',
    action: 'REBALANCE_CAPACITY',
    actionUnitId: 'FRA1_MULTIS_CHUTE-1',
    quantity: 6,
    quantityUnit: 'upm',
  },
  {
    unitId: 'FRA1_MULTIS_CHUTE-4',
    action: 'REBALANCE_CAPACITY',
    actionUnitId: 'FRA1_MULTIS_CHUTE-3',
    quantity: 2,
    quantityUnit: 'stations',
  },
];
const SHOTS: Shot[] = [
  { name: 'alert-new', height: 566, cycles: [[first]] },
  { name: 'alert-ongoing', height: 790, cycles: [[first], [later({})]] },
  {
    name: 'alert-cleared',
    height: 480,
    cycles: [
      [first],
      [later({})],
      [
        later({
          sequence: 3,
          label: 'CLEARED',
          reason: 'recovered',
          cycleId: '2026-03-02T10:45:00Z',
          acknowledgedBy: 'alex (U00000002)',
        }),
      ],
    ],
  },
  { name: 'alert-summary', height: 440, cycles: [MANY.map((change) => newTransition(change))] },
  { name: 'dev-board', height: 540, environment: 'dev', cycles: [[]] },
];

const UNITS = [
  evaluationOf('FRA1_SINGLES_TOTAL', {
    unitType: 'TOTAL',
    projection: Array.from({ length: 13 }, (_, step) => ({
      inMin: step * 5,
      wipUnits: Math.min(300, 261 + step * 9),
    })),
  }),
  evaluationOf('FRA1_SINGLES_INDUCT-1', {
    state: 'OK',
    fill: 0.41,
    wipUnits: 49,
    capacityUnits: 120,
    flowInUpm: 12,
    flowOutUpm: 12.4,
  }),
  evaluationOf('FRA1_SINGLES_INDUCT-2', {
    state: 'WATCH_HIGH',
    fill: 0.7,
    wipUnits: 84,
    capacityUnits: 120,
    flowInUpm: 14,
    flowOutUpm: 12,
  }),
  evaluationOf('FRA1_MULTIS_TOTAL', {
    state: 'OK',
    fill: 0.52,
    wipUnits: 208,
    capacityUnits: 400,
    flowInUpm: 22,
    flowOutUpm: 22.1,
  }),
  evaluationOf('FRA1_MULTIS_CHUTE-1', {
    state: 'STARVE_RISK',
    fill: 0.12,
    wipUnits: 7,
    capacityUnits: 60,
    flowInUpm: 0.5,
    flowOutUpm: 3,
  }),
  evaluationOf('FRA1_MULTIS_CHUTE-2', {
    state: 'UNKNOWN',
    fill: null,
    wipUnits: null,
    flowInUpm: null,
    flowOutUpm: null,
    quality: 30,
  }),
  ...healthyLanes(),
];

function healthyLanes() {
  return [1, 2, 3].map((at) =>
    evaluationOf(`FRA1_SINGLES_LANE-${at}`, {
      state: 'OK',
      fill: 0.3 + at / 10,
      wipUnits: 24 + at * 8,
      capacityUnits: 80,
      flowInUpm: 4,
      flowOutUpm: 4,
    }),
  );
}

/** A quarter of an hour's levels more in `later`. */
function seriesUntil(snapshotTs: number, minutes: number) {
  return {
    blind: [{ source: 'lms_plan', share: 0.4 }],
    units: [
      {
        unit: { unitId: first.unitId },
        snapshotTs,
        wip: {
          values: Array.from({ length: 61 }, (_, at) => {
            const minute = at + minutes - 60;
            return 130 + 12 * Math.sin(minute / 6) + (minute / 60) ** 2 * 131;
          }),
        },
      },
    ],
  };
}

const LATER_TOTAL = evaluationOf(first.unitId, {
  unitType: 'TOTAL',
  fill: 0.95,
  wipUnits: 285,
  flowInUpm: 46,
  projection: Array.from({ length: 13 }, (_, step) => ({
    inMin: step * 5,
    wipUnits: Math.min(300, 285 + step * 5.4),
  })),
});

const ARTIFACTS: Record<string, unknown> = {
  [first.traceId]: {
    recommendations: [recommendationOf(first, PACK)],
    evaluateId: 'evaluate',
    preprocessId: 'series',
  },
  evaluate: { warehouse: 'FRA1', cycleId: first.cycleId, algorithm: '1.0.0', units: UNITS },
  series: seriesUntil(SNAPSHOT, 60),
  [LATER]: {
    recommendations: [recommendationOf(later({}), PACK_LATER)],
    evaluateId: 'evaluate later',
    preprocessId: 'series later',
  },
  'evaluate later': { warehouse: 'FRA1', algorithm: '1.0.0', units: [LATER_TOTAL] },
  'series later': seriesUntil(SNAPSHOT + 15 * 60_000, 66),
};

describe.runIf(process.env['TAKE_SCREENSHOTS'])('screenshots', () => {
  it.each(SHOTS)('$name', async ({ name, height, environment = 'prod', cycles }) => {
    const slack = await startSlackEndpoint({ channels: ['#fra1-flow'] });
    try {
      const messages: Transition['messages'] = [];
      for (const outbox of cycles) {
        const confirmed = await deliver(
          slack.url,
          environment,
          outbox.map((each) => ({ ...each, messages: [...messages] })),
        );
        messages.push(
          ...confirmed.map(({ channel, channelId, messageTs }) => ({ channel, channelId, ts: messageTs })),
        );
      }
      expect(slack.messages().length).toBeGreaterThan(0);
      mkdirSync(FOLDER, { recursive: true });
      await promisify(execFile)(CHROMIUM, [
        '--headless',
        '--no-sandbox',
        '--hide-scrollbars',
        '--disable-gpu',
        `--window-size=700,${height}`,
        `--screenshot=${FOLDER}${name}.png`,
        slack.pageUrl,
      ]);
    } finally {
      await slack.close();
    }
  });
});

async function deliver(
  apiUrl: string,
  environment: Environment,
  outbox: Transition[],
): Promise<DeliveryConfirmation[]> {
  const confirmed: DeliveryConfirmation[] = [];
  const route = { warehouse: 'FRA1', workpool: null, unitType: null, minSeverity: 'WARNING' } as const;
  const delivery = createDeliver({
    slack: createSlackPort({ token: TOKEN, apiUrl, paceMs: 1 }),
    pictures: createPicturePort({ token: TOKEN, apiUrl }),
    messageActions: { interactive: true, consoleUrl: 'https://console.example', feedbackUrl: null },
    readSettings: () =>
      Promise.resolve({
        warehouse: {
          code: 'FRA1',
          name: 'Frankfurt 1',
          timezone: 'Europe/Berlin',
          active: true,
          algorithm: '1.0.0',
        },
        routes: [{ ...route, channel: '#fra1-flow', fallback: false }],
        overrides: [],
      }),
    takeOutbox: () => Promise.resolve(outbox),
    recordHandOvers: () => Promise.resolve([]),
    listDelivered: () => Promise.resolve([]),
    getArtifact: <T>(id: string): Promise<T> => {
      const body = ARTIFACTS[id];
      return body === undefined ? Promise.reject(new Error(`no artifact ${id}`)) : Promise.resolve(body as T);
    },
    putArtifact: ({ rows }) => Promise.resolve({ id: 'x', sha256: '', rows }),
    confirm: async (_, confirmation) => void confirmed.push(confirmation),
    heartbeat: () => undefined,
    attempt: () => 1,
    // As if it were posted at once.
    now: () => Date.parse(outbox[0]?.cycleId ?? first.cycleId),
  });
  await delivery.deliver({
    warehouse: { code: 'FRA1', name: 'Frankfurt 1', timezone: 'Europe/Berlin' },
    cycleId: first.cycleId,
    snapshotTs: SNAPSHOT,
    prefix: environment,
    environment,
    mode: 'live',
    traceId: first.traceId,
    snapshot: { id: 'snapshot', sha256: '', rows: 0 },
    asked: 1,
    suppressId: 'suppress',
  });
  return confirmed;
}
