/** What the scenarios of `scenario-table.ts` leave open: two reasons that meet, and what comes after an odd word. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/domain/suppress/decide.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import { createPureSubject } from './pure-subject.ts';
import {
  by,
  compareScenario,
  composeInput,
  cycleIdOf,
  GOOD,
  high,
  NO_DATA,
  runScenario,
  slow,
  unitIdOf,
  WAREHOUSE,
  WATCH,
  type Look,
  type Scenario,
  type Step,
  type Subject,
} from './scenario.ts';

const U1 = unitIdOf('U1');
const EMERGENCY = high({ severity: 'EMERGENCY', levelAndWcsAgree: true });
const CRITICAL = high({ severity: 'CRITICAL' });
/** U1 alone, one look a cycle from `first` on. */
const looks = (first: number, ...of: Look[]): Step[] =>
  of.map((look, at) => ({ c: first + at, units: { U1: look } }));
const flapping = looks(1, slow(), GOOD, slow(), GOOD, slow(), GOOD, slow());
const told: Step = { c: 1, units: { U1: high() }, posts: ['NEW U1'] };
const silence = looks(2, NO_DATA, NO_DATA, NO_DATA, NO_DATA);

const SCENARIOS: Scenario[] = [
  {
    name: 'good in two slots, then an emergency in a further run, then a run that knows nothing: not cleared by that',
    steps: [
      told,
      ...looks(2, GOOD, GOOD),
      { c: 3.4, units: { U1: EMERGENCY }, labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
      {
        c: 3.8,
        units: { U1: { unit: { quality: 60 } } },
        labels: { U1: 'SUPPRESSED(clearing)' },
        posts: [],
      },
    ],
  },
  {
    name: 'flapping, and it gets worse than was said: said, once',
    steps: [
      ...flapping,
      { c: 8, units: { U1: CRITICAL }, labels: { U1: 'ONGOING(severity)' }, posts: ['ONGOING U1'] },
      { c: 9, units: { U1: CRITICAL }, labels: { U1: 'SUPPRESSED(flapping)' }, posts: [] },
    ],
  },
  {
    name: 'flapping, and it gets worse, before rules 6: silent',
    steps: [
      ...flapping,
      { c: 8, units: { U1: CRITICAL }, labels: { U1: 'SUPPRESSED(flapping)' }, posts: [] },
    ].map((step): Step => ({ ...step, input: { rules: 5 } })),
  },
  {
    name: 'flapping, and an EMERGENCY comes: breaks through, once',
    steps: [
      ...flapping,
      { c: 8, units: { U1: EMERGENCY }, labels: { U1: 'ONGOING(severity)' }, posts: ['ONGOING U1'] },
      { c: 9, units: { U1: EMERGENCY }, labels: { U1: 'SUPPRESSED(flapping)' }, posts: [] },
    ],
  },
  {
    name: 'without data for 20 minutes while muted: silent',
    steps: [
      told,
      ...silence,
      {
        c: 6,
        before: (subject: Subject) =>
          subject.mute({ unit: U1, from: cycleIdOf(6), until: cycleIdOf(8), by: 'lea' }),
        units: { U1: NO_DATA },
        labels: { U1: 'SUPPRESSED(muted)' },
        posts: [],
      },
      { c: 7, units: { U1: NO_DATA }, labels: { U1: 'SUPPRESSED(muted)' }, posts: [] },
      { c: 8, units: { U1: NO_DATA }, labels: { U1: 'ONGOING(stale)' }, posts: ['ONGOING U1'] },
    ],
  },
  {
    name: 'without data for 20 minutes, acknowledged: silent',
    steps: [
      told,
      ...silence,
      {
        c: 6,
        before: (subject: Subject) => subject.acknowledge({ unit: U1, by: 'lea' }),
        units: { U1: NO_DATA },
        labels: { U1: 'SUPPRESSED(acknowledged)' },
        posts: [],
      },
    ],
  },
  {
    name: 'without data for 20 minutes, as the whole warehouse is: the warehouse speaks',
    steps: [
      told,
      ...silence.map((step): Step => ({ ...step, input: { blind: [{ source: 'wes_stock', share: 1 }] } })),
      {
        c: 6,
        units: { U1: NO_DATA },
        input: { blind: [{ source: 'wes_stock', share: 1 }] },
        labels: { U1: 'SUPPRESSED(subsumed by *)' },
        posts: [],
      },
    ],
    roots: ['U1', '*'],
  },
  {
    name: 'without data for 20 minutes, and nobody was ever told: nothing is stale',
    steps: [
      { ...told, slack: 'down', posts: [] },
      ...silence.map((step): Step => ({ ...step, slack: 'down' })),
      { c: 6, units: { U1: NO_DATA }, slack: 'down', labels: { U1: 'SUPPRESSED(no_data)' }, posts: [] },
    ],
  },
  ...[WATCH, high()].map((back): Scenario => ({
    name: `stale, ${back === WATCH ? 'calm' : 'wrong'} for a cycle, and without data again: stale again`,
    steps: [
      told,
      ...silence,
      { c: 6, units: { U1: NO_DATA }, labels: { U1: 'ONGOING(stale)' }, posts: ['ONGOING U1'] },
      { c: 7, units: { U1: back } },
      ...looks(8, NO_DATA, NO_DATA, NO_DATA, NO_DATA),
      { c: 12, units: { U1: NO_DATA }, labels: { U1: 'ONGOING(stale)' }, posts: ['ONGOING U1'] },
    ],
  })),
  {
    name: 'reminders come at growing distances; what gets worse starts them anew',
    steps: [
      told,
      { c: 4, units: { U1: high() }, labels: { U1: 'ONGOING(window)' } },
      { c: 5, units: { U1: CRITICAL }, labels: { U1: 'ONGOING(severity)' } },
      { c: 7, units: { U1: CRITICAL }, labels: { U1: 'SUPPRESSED(window)' } },
      { c: 8, units: { U1: CRITICAL }, labels: { U1: 'ONGOING(window)' } },
      { c: 13, units: { U1: CRITICAL }, labels: { U1: 'SUPPRESSED(window)' } },
      { c: 14, units: { U1: CRITICAL }, labels: { U1: 'ONGOING(window)' } },
    ],
  },
  {
    name: 'what did not reach people is said until it has',
    steps: [
      told,
      { c: 2, units: { U1: CRITICAL }, slack: 'down', labels: { U1: 'ONGOING(severity)' }, posts: [] },
      { c: 3, units: { U1: CRITICAL }, labels: { U1: 'ONGOING(severity)' }, posts: ['ONGOING U1'] },
      { c: 4, units: { U1: CRITICAL }, labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
    ],
  },
  {
    name: 'that data are missing is not said any more once they are back',
    steps: [
      told,
      ...silence,
      { c: 6, units: { U1: NO_DATA }, slack: 'down', labels: { U1: 'ONGOING(stale)' }, posts: [] },
      { c: 7, units: { U1: high() }, slack: 'down', labels: { U1: 'ONGOING(window)' } },
    ],
  },
  {
    name: 'the first message may be lost: it stays NEW, and what got worse since follows it',
    steps: [
      { ...told, slack: 'timeout' },
      { c: 2, units: { U1: high() }, slack: 'timeout', labels: { U1: 'NEW(persistent)' }, posts: [] },
      { c: 3, units: { U1: CRITICAL }, labels: { U1: 'NEW(persistent)' }, posts: ['ONGOING U1'] },
      { c: 4, units: { U1: CRITICAL }, labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
    ],
    roots: ['U1'],
  },
  {
    name: 'a proposal of no severity is nothing to watch',
    steps: [
      {
        c: 1,
        units: { U1: high({ severity: 'NONE' }), U2: WATCH },
        labels: { U1: '-', U2: 'WATCH(watch)' },
        posts: [],
      },
    ],
  },
];

it.each(SCENARIOS)('$name', async (scenario) => {
  const { actual, expected } = compareScenario(scenario, await runScenario(createPureSubject(), scenario));
  expect(actual).toEqual(expected);
});

describe('whom a label names as the winner', () => {
  const winnerOf = (look: Look) => {
    const input = composeInput({ c: 1, units: { U1: look } }, 0, 1);
    return decide(initialMemory(WAREHOUSE), input).result.labels.find(({ unitId }) => unitId === U1);
  };

  it.each<[string, Look, string | null]>([
    ['another unit', by('T', slow()), unitIdOf('T')],
    ['not itself', by('U1', slow()), null],
    ['nobody', slow(), null],
    ['nobody where no action is required', by('T', WATCH), null],
  ])('%s', (_name, look, winner) => {
    expect(winnerOf(look)).toMatchObject({ winner, episodeId: null });
  });

  it('an open episode is named with it', () => {
    expect(winnerOf(high())).toMatchObject({ label: 'NEW', episodeId: `${U1}:HIGH:${cycleIdOf(1)}` });
  });
});
