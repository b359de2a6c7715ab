/** Scenarios of rules version 2: escalation, and a source that is blind in many warehouses. */
import { cycleIdOf, GOOD, high, NO_DATA, ROUTES, unitIdOf } from './scenario.ts';
import type { Look, Scenario, Step, Subject } from './scenario.ts';

const CRITICAL = high({ severity: 'CRITICAL' });
const EMERGENCY = high({ severity: 'EMERGENCY', levelAndWcsAgree: true });
const [ORDINARY] = ROUTES;
if (!ORDINARY) throw new Error('a route expected');

/** After 10 minutes the shift lead, after 20 the site lead. */
export const ESCALATING = [
  ORDINARY,
  { ...ORDINARY, channel: '#shift-lead', escalateAfterMin: 10 },
  { ...ORDINARY, channel: '#site-lead', escalateAfterMin: 20 },
];
const V2 = { rules: 2, routes: ESCALATING };

const acknowledge =
  (change: { withdraw?: boolean; until?: string } = {}) =>
  (subject: Subject): Promise<unknown> =>
    subject.acknowledge({ unit: unitIdOf('U1'), by: 'lea', ...change });
const mute =
  (until: number) =>
  (subject: Subject): Promise<unknown> =>
    subject.mute({ unit: unitIdOf('U1'), until: cycleIdOf(until), by: 'lea' });

/** U1 alone, one look a cycle from c1 on, with what is said of it. */
const told = (...rows: [Look, string, Step['before']?][]): Step[] =>
  rows.map(([look, said, before], at) => ({
    c: at + 1,
    units: { U1: look },
    labels: { U1: said },
    posts: /^(NEW|ONGOING|CLEARED)/.test(said) ? [`${said.split('(')[0]} U1`] : [],
    input: V2,
    ...(before ? { before } : {}),
  }));

export const ESCALATION_SCENARIOS: Scenario[] = [
  {
    name: 'critical and unacknowledged: after 10 min one route more, after 20 the next, each once',
    steps: told(
      [CRITICAL, 'NEW(persistent)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'ONGOING(escalated)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'ONGOING(escalated)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [GOOD, 'SUPPRESSED(clearing)'],
      [GOOD, 'CLEARED(recovered)'],
    ),
    roots: ['U1'],
  },
  {
    name: 'acknowledged in time: nobody further is told, and afterwards the clock starts anew',
    steps: told(
      [CRITICAL, 'NEW(persistent)'],
      [CRITICAL, 'SUPPRESSED(acknowledged)', acknowledge()],
      [CRITICAL, 'SUPPRESSED(acknowledged)'],
      [CRITICAL, 'SUPPRESSED(acknowledged)'],
      [CRITICAL, 'ONGOING(acknowledgement_withdrawn)', acknowledge({ withdraw: true })],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'ONGOING(escalated)'],
    ),
  },
  {
    name: 'a warning does not escalate; what turns critical does, counted from then',
    steps: told(
      [high(), 'NEW(persistent)'],
      [high(), 'SUPPRESSED(window)'],
      [high(), 'SUPPRESSED(window)'],
      [CRITICAL, 'ONGOING(severity)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'ONGOING(escalated)'],
    ),
  },
  {
    name: 'back to a warning in between: the clock starts anew',
    steps: told(
      [CRITICAL, 'NEW(persistent)'],
      [high(), 'SUPPRESSED(window)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'ONGOING(window)'],
      [CRITICAL, 'ONGOING(escalated)'],
    ),
  },
  {
    name: 'a mute holds the escalation back, and an EMERGENCY breaks through it and escalates',
    steps: told(
      [CRITICAL, 'NEW(persistent)'],
      [CRITICAL, 'SUPPRESSED(muted)', mute(20)],
      [CRITICAL, 'SUPPRESSED(muted)'],
      [CRITICAL, 'SUPPRESSED(muted)'],
      [EMERGENCY, 'ONGOING(severity)'],
      [EMERGENCY, 'SUPPRESSED(window)'],
      [EMERGENCY, 'ONGOING(escalated)'],
    ),
  },
  {
    name: 'rules 1 know no escalation, whatever the routes say',
    steps: told(
      [CRITICAL, 'NEW(persistent)'],
      [CRITICAL, 'SUPPRESSED(window)'],
      [CRITICAL, 'SUPPRESSED(window)'],
    ).map((step) => ({ ...step, input: { ...V2, rules: 1 } })),
  },
  {
    name: "a source that is blind in many warehouses: the alert is the network's, and this one's again when that ends",
    steps: [
      {
        c: 1,
        units: { U1: NO_DATA },
        input: { rules: 2, blind: [{ source: 'wes_stock', share: 1 }], networkBlind: [] },
        posts: [],
      },
      {
        c: 2,
        units: { U1: NO_DATA },
        input: { rules: 2, blind: [{ source: 'wes_stock', share: 1 }], networkBlind: ['wes_stock'] },
        labels: { '* DATA': 'SUPPRESSED(subsumed by network)' },
        posts: [],
      },
      ...[3, 4, 5, 6, 7].map((c) => ({
        c,
        units: { U1: NO_DATA },
        input: {
          rules: 2,
          blind: [{ source: 'wes_stock' as const, share: 1 }],
          networkBlind: ['wes_stock' as const],
        },
        posts: [],
      })),
      {
        c: 8,
        units: { U1: NO_DATA },
        input: { rules: 2, blind: [{ source: 'wes_stock', share: 1 }], networkBlind: [] },
        labels: { '* DATA': 'NEW(persistent)' },
        posts: ['NEW *'],
      },
    ],
  },
  {
    name: "the network's alert covers its own sources alone",
    steps: [1, 2].map((c) => ({
      c,
      units: { U1: NO_DATA },
      input: {
        rules: 2,
        blind: [
          { source: 'wes_stock' as const, share: 1 },
          { source: 'lms_plan' as const, share: 1 },
        ],
        networkBlind: ['wes_stock' as const],
      },
      labels: { '* DATA': c === 1 ? 'SUPPRESSED(persistence)' : 'NEW(persistent)' },
      posts: c === 1 ? [] : ['NEW *'],
    })),
  },
];
