/** The scenarios that must hold, as data: what each cycle brings, what is said of it, what reaches people. */
import { by, cycleIdOf, GOOD, high, low, NO_DATA, NOT_SCHEDULED, slow, unitIdOf, WATCH } from './scenario.ts';
import type { Look, Scenario, Step, Subject } from './scenario.ts';

const T = high({ action: 'THROTTLE_PICKING_ALL', quantity: 20, quantityUnit: 'percent' });
const EMERGENCY = high({ severity: 'EMERGENCY', levelAndWcsAgree: true });
const acknowledgeU1 =
  (until?: number) =>
  (subject: Subject): Promise<unknown> =>
    subject.acknowledge({
      unit: unitIdOf('U1'),
      by: 'lea',
      ...(until === undefined ? {} : { until: cycleIdOf(until) }),
    });
const muteU1 =
  (from: number, until: number) =>
  (subject: Subject): Promise<unknown> =>
    subject.mute({ unit: unitIdOf('U1'), from: cycleIdOf(from), until: cycleIdOf(until), by: 'lea' });
const all = (...names: string[]): Record<string, Look> =>
  Object.fromEntries(names.map((name) => [name, high()]));
/** U1 alone, one look a cycle from c1 on. */
const alone = (...looks: Look[]): Step[] => looks.map((look, at) => ({ c: at + 1, units: { U1: look } }));

export const SCENARIOS: Scenario[] = [
  {
    name: 'a broad throttle subsumes two open alerts and gives them back after its own end',
    steps: [
      {
        c: 1,
        units: { U1: high(), U2: high(), T: GOOD },
        labels: { U1: 'NEW(persistent)', U2: 'NEW(persistent)' },
        posts: ['NEW U1', 'NEW U2'],
      },
      {
        c: 2,
        units: { U1: by('T'), U2: by('T'), T },
        labels: { T: 'NEW(persistent)', U1: 'SUPPRESSED(subsumed by T)', U2: 'SUPPRESSED(subsumed by T)' },
        posts: ['NEW T'],
      },
      {
        c: 3,
        units: { U1: high(), U2: GOOD, T: GOOD },
        labels: { T: 'SUPPRESSED(clearing)', U1: 'SUPPRESSED(subsumed by T)' },
        posts: [],
      },
      {
        c: 4,
        units: { U1: high(), U2: GOOD, T: GOOD },
        labels: { T: 'CLEARED(recovered)', U1: 'ONGOING(winner_cleared)', U2: 'CLEARED(recovered)' },
        posts: ['CLEARED T', 'CLEARED U2', 'ONGOING U1'],
      },
      { c: 5, units: { U1: high(), U2: GOOD, T: GOOD }, labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
    ],
  },
  {
    name: 'subsumed from the start and cleared together: never posted, closed in the record',
    steps: [
      {
        c: 1,
        units: { U1: by('T'), T },
        labels: { T: 'NEW(persistent)', U1: 'SUPPRESSED(subsumed by T)' },
        posts: ['NEW T'],
      },
      { c: 2, units: { U1: GOOD, T: GOOD }, labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      {
        c: 3,
        units: { U1: GOOD, T: GOOD },
        labels: { T: 'CLEARED(recovered)', U1: 'SUPPRESSED(clearing)' },
        posts: ['CLEARED T'],
      },
      {
        c: 4,
        units: { U1: GOOD, T: GOOD },
        posts: [],
        before: async (subject) => {
          const { openEpisodes } = await subject.alertState();
          if (openEpisodes !== 0) throw new Error(`${openEpisodes} episodes open, expected none`);
        },
      },
    ],
    roots: ['T'],
  },
  {
    name: 'gets well under the throttle: CLEARED on its own message',
    steps: [
      { c: 1, units: { U1: high(), T: GOOD }, posts: ['NEW U1'] },
      { c: 2, units: { U1: by('T'), T }, posts: ['NEW T'] },
      { c: 3, units: { U1: GOOD, T }, labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 4, units: { U1: GOOD, T }, labels: { U1: 'CLEARED(recovered)' }, posts: ['CLEARED U1'] },
    ],
  },
  {
    name: 'no self-suppression',
    steps: [{ c: 1, units: { T: by('T', T) }, labels: { T: 'NEW(persistent)' }, posts: ['NEW T'] }],
  },
  {
    name: 'two that cover each other: exactly one survives, and covers the third',
    steps: [
      {
        c: 1,
        units: { T1: by('T2', T), T2: by('T1', T), U1: by('T2') },
        labels: {
          T1: 'NEW(persistent)',
          T2: 'SUPPRESSED(subsumed by T1)',
          U1: 'SUPPRESSED(subsumed by T1)',
        },
        posts: ['NEW T1'],
      },
    ],
  },
  {
    name: 'two that cover each other, named in the other order: the same survivor',
    steps: [
      {
        c: 1,
        units: { U1: by('T1'), T2: by('T1', T), T1: by('T2', T) },
        labels: { T1: 'NEW(persistent)', T2: 'SUPPRESSED(subsumed by T1)' },
        posts: ['NEW T1'],
      },
    ],
  },
  {
    name: 'a throttle in another warehouse does not suppress',
    steps: [
      { c: 1, units: { U1: by('MAD1_SINGLES_TOTAL') }, labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'a throttle that cleared before does not suppress',
    steps: [
      { c: 1, units: { T, U1: GOOD }, posts: ['NEW T'] },
      { c: 2, units: { T: GOOD, U1: GOOD }, posts: [] },
      { c: 3, units: { T: GOOD, U1: GOOD }, posts: ['CLEARED T'] },
      { c: 4, units: { T: GOOD, U1: by('T') }, labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'covered by two, the first clears: still suppressed, by the second',
    steps: [
      { c: 1, units: { T1: T, T2: T, U1: by('T1') }, labels: { U1: 'SUPPRESSED(subsumed by T1)' } },
      { c: 2, units: { T1: GOOD, T2: T, U1: by('T2') }, labels: { U1: 'SUPPRESSED(subsumed by T2)' } },
      {
        c: 3,
        units: { T1: GOOD, T2: T, U1: by('T2') },
        labels: { T1: 'CLEARED(recovered)', U1: 'SUPPRESSED(subsumed by T2)' },
        posts: ['CLEARED T1'],
      },
    ],
  },
  {
    name: 'acknowledged until c4: silent before, told once at c4; the other unit is not affected',
    steps: [
      { c: 1, units: all('U1', 'U2'), posts: ['NEW U1', 'NEW U2'] },
      {
        c: 2,
        before: acknowledgeU1(4),
        units: all('U1', 'U2'),
        labels: { U1: 'SUPPRESSED(acknowledged)', U2: 'SUPPRESSED(window)' },
        posts: [],
      },
      { c: 3, units: all('U1', 'U2'), labels: { U1: 'SUPPRESSED(acknowledged)' }, posts: [] },
      {
        c: 4,
        units: all('U1', 'U2'),
        labels: { U1: 'ONGOING(window)', U2: 'ONGOING(window)' },
        posts: ['ONGOING U1', 'ONGOING U2'],
      },
    ],
  },
  {
    name: 'an acknowledgement withdrawn early: notified in the next cycle',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      {
        c: 2,
        before: acknowledgeU1(),
        units: all('U1'),
        labels: { U1: 'SUPPRESSED(acknowledged)' },
        posts: [],
      },
      {
        c: 3,
        before: (subject) => subject.acknowledge({ unit: unitIdOf('U1'), by: 'lea', withdraw: true }),
        units: all('U1'),
        labels: { U1: 'ONGOING(acknowledgement_withdrawn)' },
        posts: ['ONGOING U1'],
      },
    ],
  },
  {
    name: 'a mute for later: not muted before its time',
    steps: [
      { c: 0, units: { U1: GOOD } },
      { c: 1, before: muteU1(2, 4), units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
      { c: 2, units: all('U1'), labels: { U1: 'SUPPRESSED(muted)' }, posts: [] },
      { c: 3, units: all('U1'), labels: { U1: 'SUPPRESSED(muted)' }, posts: [] },
      { c: 4, units: all('U1'), labels: { U1: 'ONGOING(window)' }, posts: ['ONGOING U1'] },
    ],
  },
  {
    name: 'two mutes that overlap: no gap at the hand-over, NEW with the old start after them',
    steps: [
      { c: 0, units: { U1: GOOD } },
      {
        c: 1,
        before: async (subject) => {
          await muteU1(1, 3)(subject);
          await muteU1(2, 5)(subject);
        },
        units: all('U1'),
        labels: { U1: 'SUPPRESSED(muted)' },
      },
      { c: 2, units: all('U1'), labels: { U1: 'SUPPRESSED(muted)' } },
      { c: 3, units: all('U1'), labels: { U1: 'SUPPRESSED(muted)' } },
      { c: 4, units: all('U1'), labels: { U1: 'SUPPRESSED(muted)' }, posts: [] },
      { c: 5, units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'age below, equal to, above the window of 15 minutes',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      { c: 3.8, units: all('U1'), labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
      { c: 4, units: all('U1'), labels: { U1: 'ONGOING(window)' }, posts: ['ONGOING U1'] },
      { c: 9.8, units: all('U1'), labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
      { c: 10.2, units: all('U1'), labels: { U1: 'ONGOING(window)' }, posts: ['ONGOING U1'] },
    ],
  },
  {
    name: 'clear without an episode; clear twice: nothing',
    steps: [
      { c: 1, units: { U1: GOOD }, posts: [] },
      { c: 2, units: { U1: GOOD }, posts: [] },
      { c: 3, units: all('U1'), posts: ['NEW U1'] },
      { c: 4, units: { U1: GOOD }, labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 5, units: { U1: GOOD }, labels: { U1: 'CLEARED(recovered)' }, posts: ['CLEARED U1'] },
      { c: 6, units: { U1: GOOD }, labels: { U1: '-' }, posts: [] },
      { c: 7, units: { U1: GOOD }, labels: { U1: '-' }, posts: [] },
    ],
  },
  {
    name: 'values change, clear, fires again inside the window: one episode, then a second one',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      {
        c: 2,
        units: { U1: high({ quantity: 6 }) },
        labels: { U1: 'ONGOING(quantity)' },
        posts: ['ONGOING U1'],
      },
      { c: 3, units: { U1: high({ quantity: 7 }) }, labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
      { c: 4, units: { U1: GOOD }, posts: [] },
      { c: 5, units: { U1: GOOD }, posts: ['CLEARED U1'] },
      { c: 6, units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
    roots: ['U1', 'U1'],
  },
  {
    name: 'two units in one cycle, a third joins: separate messages, then silence until a window ends',
    steps: [
      { c: 1, units: { ...all('U1', 'U2'), U3: GOOD }, posts: ['NEW U1', 'NEW U2'] },
      { c: 2, units: all('U1', 'U2', 'U3'), posts: ['NEW U3'] },
      { c: 3, units: all('U1', 'U2', 'U3'), posts: [] },
      { c: 4, units: all('U1', 'U2', 'U3'), posts: ['ONGOING U1', 'ONGOING U2'] },
    ],
  },
  {
    name: 'Slack fails: the alert stays NEW, one message in the end',
    steps: [
      { c: 1, units: all('U1'), slack: 'down', labels: { U1: 'NEW(persistent)' }, posts: [] },
      { c: 2, units: all('U1'), slack: 'down', labels: { U1: 'NEW(persistent)' }, posts: [] },
      { c: 3, units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
      { c: 4, units: all('U1'), labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
    ],
    roots: ['U1'],
  },
  {
    name: 'Slack accepts and then times out: one message in the end',
    steps: [
      { c: 1, units: all('U1'), slack: 'timeout', labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
      { c: 2, units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: [] },
      { c: 3, units: all('U1'), labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
    ],
    roots: ['U1'],
  },
  {
    name: 'Slack times out and the alert ends meanwhile: reconciled first, then CLEARED',
    steps: [
      { c: 1, units: all('U1'), slack: 'timeout', posts: ['NEW U1'] },
      { c: 2, units: { U1: GOOD }, slack: 'down', labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 3, units: { U1: GOOD }, labels: { U1: 'CLEARED(recovered)' }, posts: ['CLEARED U1'] },
    ],
    roots: ['U1'],
  },
  {
    name: 'the source is missing for two cycles: held, not CLEARED; the same episode after it',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      {
        c: 2,
        units: { U1: NO_DATA },
        labels: { U1: 'SUPPRESSED(no_data)', 'U1 DATA': 'SUPPRESSED(persistence)' },
        posts: [],
      },
      { c: 3, units: {}, labels: { U1: 'SUPPRESSED(no_data)' }, posts: [] },
      { c: 4, units: all('U1'), labels: { U1: 'ONGOING(window)' }, posts: ['ONGOING U1'] },
    ],
    roots: ['U1'],
  },
  {
    name: 'without data for 20 minutes: one stale notice, then silence; back and good twice: CLEARED',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      ...[2, 3, 4, 5].map((c): Step => ({
        c,
        units: { U1: NO_DATA },
        labels: { U1: 'SUPPRESSED(no_data)' },
        posts: [],
      })),
      { c: 6, units: { U1: NO_DATA }, labels: { U1: 'ONGOING(stale)' }, posts: ['ONGOING U1'] },
      { c: 7, units: { U1: NO_DATA }, labels: { U1: 'SUPPRESSED(no_data)' }, posts: [] },
      {
        c: 8,
        units: { U1: NO_DATA },
        labels: { U1: 'SUPPRESSED(no_data)', 'U1 DATA': 'SUPPRESSED(persistence)' },
      },
      { c: 9, units: { U1: GOOD }, labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 10, units: { U1: NO_DATA }, labels: { U1: 'SUPPRESSED(no_data)' }, posts: [] },
      { c: 11, units: { U1: GOOD }, labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 12, units: { U1: GOOD }, labels: { U1: 'CLEARED(recovered)' }, posts: ['CLEARED U1'] },
    ],
  },
  {
    name: 'a unit UNKNOWN for 20 minutes with no open episode opens a DATA episode',
    steps: [
      ...[1, 2, 3, 4].map((c): Step => ({
        c,
        units: { U1: NO_DATA },
        labels: { 'U1 DATA': 'SUPPRESSED(persistence)' },
        posts: [],
      })),
      { c: 5, units: { U1: NO_DATA }, labels: { 'U1 DATA': 'NEW(persistent)' }, posts: ['NEW U1'] },
      { c: 6, units: { U1: GOOD }, labels: { 'U1 DATA': 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 7, units: { U1: GOOD }, labels: { 'U1 DATA': 'CLEARED(recovered)' }, posts: ['CLEARED U1'] },
    ],
  },
  {
    name: 'paused for 20 minutes: the time without data is counted afresh',
    steps: [
      { c: 1, units: { U1: NO_DATA }, posts: [] },
      { c: 5, units: { U1: NO_DATA }, labels: { 'U1 DATA': 'SUPPRESSED(persistence)' }, posts: [] },
      { c: 7, units: { U1: NO_DATA }, posts: [] },
      { c: 9, units: { U1: NO_DATA }, labels: { 'U1 DATA': 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'a source blind for half of the warehouse: one warehouse alert, its units subsumed',
    steps: [
      ...[1, 2, 3, 4, 5, 6].map((c): Step => ({
        c,
        units: { U1: NO_DATA, U2: NO_DATA, U3: GOOD },
        input: { blind: [{ source: 'wes_stock', share: 0.5 }] },
        labels:
          {
            1: { '* DATA': 'SUPPRESSED(persistence)' },
            2: { '* DATA': 'NEW(persistent)' },
            5: { 'U1 DATA': 'SUPPRESSED(subsumed by *)', 'U2 DATA': 'SUPPRESSED(subsumed by *)' },
          }[c] ?? {},
        posts: c === 2 ? ['NEW *'] : [],
      })),
      {
        c: 7,
        units: { U1: NO_DATA, U2: GOOD, U3: GOOD },
        labels: { 'U1 DATA': 'SUPPRESSED(subsumed by *)' },
        posts: [],
      },
      {
        c: 8,
        units: { U1: NO_DATA, U2: GOOD, U3: GOOD },
        labels: { '* DATA': 'CLEARED(recovered)', 'U1 DATA': 'NEW(persistent)' },
        posts: ['CLEARED *', 'NEW U1'],
      },
    ],
    roots: ['*', 'U1'],
  },
  {
    name: 'a source blind for less than half is no warehouse alert',
    steps: [1, 2, 3].map((c): Step => ({
      c,
      units: { U1: NO_DATA },
      input: { blind: [{ source: 'wes_stock', share: 0.49 }] },
      labels: { '* DATA': '-' },
      posts: [],
    })),
  },
  {
    name: '24 hours without data: CLEARED as expired, and a DATA episode takes over',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      { c: 2, units: { U1: NO_DATA }, posts: [] },
      { c: 3, units: { U1: NO_DATA }, posts: [] },
      // Hourly, and closer at the end: the minutes without data count anew after each gap.
      ...Array.from({ length: 24 }, (_, at): Step => ({ c: 5 + at * 12, units: { U1: NO_DATA } })),
      ...[283, 285, 287].map((c): Step => ({ c, units: { U1: NO_DATA } })),
      {
        c: 289,
        units: { U1: NO_DATA },
        labels: { U1: 'CLEARED(expired)', 'U1 DATA': 'NEW(persistent)' },
        posts: ['CLEARED U1', 'NEW U1'],
      },
    ],
  },
  {
    name: 'restarted between two cycles: no second NEW, and a subsumed unit does not leak',
    steps: [
      { c: 1, units: { U1: by('T'), T }, posts: ['NEW T'] },
      { c: 2, before: (subject) => subject.restart(), units: { U1: by('T'), T }, posts: [] },
      {
        c: 3,
        before: (subject) => subject.restart(),
        units: { U1: by('T'), T },
        labels: { U1: 'SUPPRESSED(subsumed by T)', T: 'SUPPRESSED(window)' },
        posts: [],
      },
    ],
    roots: ['T'],
  },
  {
    name: 'the same cycle started twice: the same labels, nothing posted twice',
    steps: [
      { c: 1, units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'], status: 'decided' },
      { c: 1, units: { U1: GOOD }, labels: { U1: 'NEW(persistent)' }, posts: [], status: 'remembered' },
    ],
    roots: ['U1'],
  },
  {
    name: 'flaps and ends well: one notice of flapping, CLEARED once it is steady',
    steps: alone(
      ...Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? slow() : GOOD)),
      ...Array.from({ length: 18 }, () => GOOD),
    ).map((step): Step => ({
      ...step,
      posts: { 3: ['NEW U1'], 5: ['ONGOING U1'], 28: ['CLEARED U1'] }[step.c] ?? [],
      labels:
        {
          1: { U1: 'SUPPRESSED(persistence)' },
          5: { U1: 'ONGOING(flapping)' },
          7: { U1: 'SUPPRESSED(flapping)' },
          11: { U1: 'SUPPRESSED(flapping)' },
          14: { U1: 'SUPPRESSED(flapping)' },
        }[step.c] ?? {},
    })),
    roots: ['U1'],
  },
  {
    name: 'three cycles bad, two good, for six hours: two alerts, then one that flaps, and one end',
    steps: alone(
      ...Array.from({ length: 72 }, (_, at) => (at % 5 < 3 ? slow() : GOOD)),
      ...Array.from({ length: 24 }, () => GOOD),
    ).map((step): Step => ({
      ...step,
      posts:
        {
          2: ['NEW U1'],
          5: ['CLEARED U1'],
          7: ['NEW U1'],
          10: ['CLEARED U1'],
          12: ['NEW U1'],
          84: ['CLEARED U1'],
        }[step.c] ?? [],
      labels: { 12: { U1: 'NEW(flapping)' }, 15: { U1: 'SUPPRESSED(flapping)' } }[step.c] ?? {},
    })),
    roots: ['U1', 'U1', 'U1'],
  },
  {
    name: 'flaps, then stays bad: it is worse than was said, and later told as any other',
    steps: alone(
      ...Array.from({ length: 5 }, (_, at) => (at % 2 === 0 ? slow() : GOOD)),
      ...Array.from({ length: 18 }, () => slow({ severity: 'CRITICAL' })),
    ).map((step): Step => ({
      ...step,
      posts:
        { 3: ['NEW U1'], 5: ['ONGOING U1'], 6: ['ONGOING U1'], 21: ['ONGOING U1'] }[step.c] ??
        (step.c > 21 ? undefined : []),
      labels: { 6: { U1: 'ONGOING(severity)' }, 21: { U1: 'ONGOING(window)' } }[step.c] ?? {},
    })),
  },
  {
    name: 'an incident, over, and another two hours later: never flapping',
    steps: alone(...Array.from({ length: 48 }, (_, at) => (at % 24 < 4 ? slow() : GOOD))).map(
      (step): Step => ({
        ...step,
        posts: { 2: ['NEW U1'], 6: ['CLEARED U1'], 26: ['NEW U1'], 30: ['CLEARED U1'] }[step.c] ?? [],
      }),
    ),
  },
  {
    name: 'before rules 6: six changes in an hour flap, and three equal slots end it',
    steps: alone(
      ...Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? slow() : GOOD)),
      GOOD,
      GOOD,
      GOOD,
    ).map((step): Step => ({
      ...step,
      input: { rules: 5 },
      posts: { 3: ['NEW U1'], 7: ['ONGOING U1'], 14: ['CLEARED U1'] }[step.c] ?? [],
      labels:
        {
          7: { U1: 'ONGOING(flapping)' },
          9: { U1: 'SUPPRESSED(flapping)' },
          11: { U1: 'SUPPRESSED(flapping)' },
        }[step.c] ?? {},
    })),
    roots: ['U1'],
  },
  {
    name: 'acknowledged, and the severity rises to EMERGENCY: breaks through',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      {
        c: 2,
        before: acknowledgeU1(),
        units: all('U1'),
        labels: { U1: 'SUPPRESSED(acknowledged)' },
        posts: [],
      },
      {
        c: 3,
        units: { U1: high({ severity: 'CRITICAL' }) },
        labels: { U1: 'SUPPRESSED(acknowledged)' },
        posts: [],
      },
      { c: 4, units: { U1: EMERGENCY }, labels: { U1: 'ONGOING(severity)' }, posts: ['ONGOING U1'] },
      { c: 5, units: all('U1'), labels: { U1: 'SUPPRESSED(window)' }, posts: [] },
    ],
  },
  {
    name: 'muted, and an EMERGENCY comes: breaks through',
    steps: [
      { c: 0, units: { U1: GOOD } },
      { c: 1, before: muteU1(1, 9), units: all('U1'), labels: { U1: 'SUPPRESSED(muted)' }, posts: [] },
      { c: 2, units: { U1: EMERGENCY }, labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'cycles are missing: windows go by time',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      { c: 5, units: all('U1'), labels: { U1: 'ONGOING(window)' }, posts: ['ONGOING U1'] },
    ],
  },
  {
    name: 'one missing cycle keeps persistence, two start it afresh',
    steps: [
      { c: 1, units: { U1: slow() }, labels: { U1: 'SUPPRESSED(persistence)' } },
      { c: 4, units: { U1: slow(), U2: slow() }, labels: { U1: 'SUPPRESSED(persistence)' }, posts: [] },
      {
        c: 6,
        units: { U1: slow(), U2: slow() },
        labels: { U1: 'NEW(persistent)' },
        posts: ['NEW U1', 'NEW U2'],
      },
    ],
  },
  {
    name: 'an extra run within a slot neither hastens nor delays',
    steps: [
      { c: 1, units: { U1: slow() }, labels: { U1: 'SUPPRESSED(persistence)' } },
      { c: 1.4, units: { U1: slow() }, labels: { U1: 'SUPPRESSED(persistence)' }, posts: [] },
      { c: 2, units: { U1: slow() }, posts: ['NEW U1'] },
      { c: 3, units: { U1: GOOD }, labels: { U1: 'SUPPRESSED(clearing)' } },
      { c: 3.4, units: { U1: GOOD }, labels: { U1: 'SUPPRESSED(clearing)' }, posts: [] },
      { c: 4, units: { U1: GOOD }, posts: ['CLEARED U1'] },
    ],
  },
  {
    name: 'a cycle older than the last decided one: nothing changes, nothing is delivered',
    steps: [
      { c: 3, units: { U1: GOOD }, posts: [] },
      { c: 2, units: all('U1'), labels: { U1: '-' }, posts: [], status: 'out_of_order' },
      { c: 4, units: { U1: GOOD }, labels: { U1: '-' }, posts: [] },
    ],
  },
  {
    name: 'an emergency that level and WCS do not both show needs two slots in a row',
    steps: [
      { c: 1, units: { U1: slow({ severity: 'EMERGENCY' }) }, labels: { U1: 'SUPPRESSED(persistence)' } },
      { c: 2, units: { U1: GOOD } },
      { c: 3, units: { U1: slow({ severity: 'EMERGENCY' }) }, labels: { U1: 'SUPPRESSED(persistence)' } },
      { c: 4, units: { U1: slow({ severity: 'EMERGENCY' }) }, labels: { U1: 'NEW(persistent)' } },
    ],
  },
  {
    name: 'an emergency that both show is told at once',
    steps: [
      { c: 1, units: { U1: slow({ severity: 'EMERGENCY', levelAndWcsAgree: true }) }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'from staff to throttle is the same episode getting worse',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      {
        c: 2,
        units: { U1: high({ action: 'THROTTLE_INDUCT', quantity: 20, quantityUnit: 'percent' }) },
        labels: { U1: 'ONGOING(action)' },
        posts: ['ONGOING U1'],
      },
      {
        c: 3,
        units: { U1: high({ action: 'THROTTLE_INDUCT', quantity: 25, quantityUnit: 'percent' }) },
        posts: [],
      },
    ],
    roots: ['U1'],
  },
  {
    name: 'a change of direction: the old one is cleared before the new one is told',
    steps: [
      { c: 1, units: all('U1'), posts: ['NEW U1'] },
      {
        c: 2,
        units: { U1: { low: {} } },
        labels: { U1: 'SUPPRESSED(clearing)', 'U1 LOW': 'SUPPRESSED(persistence)' },
      },
      {
        c: 3,
        units: { U1: { low: {} } },
        labels: { U1: 'CLEARED(recovered)', 'U1 LOW': 'NEW(persistent)' },
        posts: ['CLEARED U1', 'NEW U1'],
      },
    ],
  },
  {
    name: 'not scheduled is good for LOW and neutral for HIGH',
    steps: [
      { c: 1, units: { U1: high(), U2: low() }, posts: ['NEW U1', 'NEW U2'] },
      {
        c: 2,
        units: { U1: NOT_SCHEDULED, U2: NOT_SCHEDULED },
        labels: { U1: 'SUPPRESSED(not_scheduled)', 'U2 LOW': 'SUPPRESSED(not_scheduled)' },
      },
      {
        c: 3,
        units: { U1: NOT_SCHEDULED, U2: NOT_SCHEDULED },
        labels: { U1: 'SUPPRESSED(not_scheduled)', 'U2 LOW': 'CLEARED(recovered)' },
        posts: ['CLEARED U2'],
      },
    ],
  },
  {
    name: 'watched, not alerted: no label and no episode; good for an open one',
    steps: [
      { c: 1, units: { U1: WATCH }, labels: { U1: 'WATCH(watch)' }, posts: [] },
      { c: 2, units: all('U1'), posts: ['NEW U1'] },
      { c: 3, units: { U1: WATCH }, labels: { U1: 'SUPPRESSED(clearing)' } },
      { c: 4, units: { U1: WATCH }, labels: { U1: 'CLEARED(recovered)' }, posts: ['CLEARED U1'] },
    ],
  },
  {
    name: 'held by substep 2: withheld, then NEW',
    steps: [
      { c: 1, units: { U1: high({ held: true }) }, labels: { U1: 'SUPPRESSED(held)' }, posts: [] },
      { c: 2, units: all('U1'), labels: { U1: 'NEW(persistent)' }, posts: ['NEW U1'] },
    ],
  },
  {
    name: 'a throttle that is muted from the start speaks for nobody',
    steps: [
      { c: 0, units: { U1: GOOD, T: GOOD } },
      {
        c: 1,
        before: (subject) => subject.mute({ unit: unitIdOf('T'), until: cycleIdOf(9), by: 'lea' }),
        units: { U1: by('T'), T },
        labels: { T: 'SUPPRESSED(muted)', U1: 'NEW(persistent)' },
        posts: ['NEW U1'],
      },
    ],
  },
  {
    name: 'excluded by an override: CLEARED as removed',
    steps: [
      { c: 1, units: all('U1', 'U2'), posts: ['NEW U1', 'NEW U2'] },
      {
        c: 2,
        units: all('U2'),
        input: { excluded: [unitIdOf('U1')] },
        labels: { U1: 'CLEARED(removed)' },
        posts: ['CLEARED U1'],
      },
    ],
  },
  {
    name: 'the warehouse is switched off: every episode that was shown is closed with one message',
    steps: [
      { c: 1, units: { U1: high(), U2: by('U1') }, posts: ['NEW U1'] },
      {
        c: 2,
        units: {},
        input: { closing: true },
        labels: { U1: 'CLEARED(removed)', U2: 'SUPPRESSED(clearing)' },
        posts: ['CLEARED U1'],
      },
    ],
  },
];
