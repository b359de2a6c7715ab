/** What can be the matter with the monitoring itself, each as one alert. Pure. */
import { floorTo, toCycleId } from '../../domain/cycle-time.ts';
import { slotsBetween } from '../../domain/suppress/slots.ts';
import type { CycleId, SourceName } from '../../domain/vocabulary.ts';
import type { NetworkAlert as Rendered } from '../../slack/render-network-alert.ts';

/** One alert, open as long as it has findings. */
export type Kind = Pick<Rendered, 'title' | 'findings' | 'remedy'> & { kind: string };

export interface NetworkFindings {
  cycleId: CycleId;
  failed: { warehouse: string; error: string }[];
  /** `source: why` */
  absent: string[];
  /** Each warehouse that decided, with the sources that are blind for half of its units or more. */
  blind: { warehouse: string; sources: SourceName[] }[];
  /** What could not be delivered, with why. */
  undelivered: string[];
  /** Warehouses whose memory had been lost, and since when it is known again, ISO 8601. */
  restored: { warehouse: string; from: string }[];
  /** Cycles that should have been since the last one; null: none. */
  missed: { count: number; from: CycleId; to: CycleId } | null;
}

export const SOURCES_BLIND = 'sources-absent';

/** As many warehouses are a matter of the network, of a small network half of them. */
const MANY_WAREHOUSES = 5;
/** Named one by one in an alert. */
const NAMED = 20;

export function kindsOf({
  cycleId,
  failed,
  absent,
  blind,
  undelivered,
  restored,
  missed,
}: NetworkFindings): Kind[] {
  const sources = findBlindSources(absent, blind);
  return [
    {
      kind: 'warehouses-failed',
      title: `${failed.length} ${failed.length === 1 ? 'warehouse is' : 'warehouses are'} not being watched`,
      findings: failed.map(({ warehouse, error }) => ({ name: warehouse, detail: error })),
      remedy: `Their state is unknown, not healthy. Open cycle ${cycleId} in the Temporal UI; the next cycle tries again.`,
    },
    {
      kind: SOURCES_BLIND,
      title: `${sources.length} of 4 sources ${sources.length === 1 ? 'gives' : 'give'} no usable data`,
      findings: sources,
      remedy:
        'Units that depend on it become UNKNOWN, not healthy. `bufferwatch doctor` says how to mend it.',
    },
    {
      kind: 'undelivered',
      title: `${undelivered.length} ${undelivered.length === 1 ? 'alert' : 'alerts'} could not be delivered`,
      findings: undelivered.map((detail) => ({ name: detail.split(': ')[0] ?? '', detail })),
      remedy:
        'They stay in the outbox and are sent with the next cycle. `bufferwatch route test` says which route is wrong.',
    },
    {
      kind: 'memory-restored',
      title:
        restored.length === 0
          ? 'no alert memory is lost'
          : `the alert memory of ${restored.length} ${restored.length === 1 ? 'warehouse' : 'warehouses'} was lost and restored`,
      findings: restored.map(({ warehouse, from }) => ({
        name: warehouse,
        detail: `goes on from what was stored at ${from}`,
      })),
      remedy:
        'Open alerts, acknowledgements and mutes go on. Look in the Temporal UI at how workflow warehouse/CODE ended.',
    },
    {
      kind: 'cycles-missed',
      title:
        missed === null
          ? 'cycles run again'
          : `${missed.count} ${missed.count === 1 ? 'cycle was' : 'cycles were'} missed`,
      findings:
        missed === null
          ? []
          : [{ name: missed.from, detail: `to ${missed.to}: nothing was watched, nothing decided` }],
      remedy:
        'Look at the floor yourself for that time. `bufferwatch doctor` says whether workers and schedule run.',
    },
  ];
}

/** Sources that failed for everyone, and those that many warehouses lack at once. */
function findBlindSources(absent: string[], blind: NetworkFindings['blind']): Kind['findings'] {
  const found = new Map(
    absent.map((text) => {
      const [name = '', ...rest] = text.split(': ');
      return [name, rest.join(': ')];
    }),
  );
  const lacking = new Map<SourceName, string[]>();
  for (const { warehouse, sources } of blind)
    for (const source of sources) lacking.set(source, [...(lacking.get(source) ?? []), warehouse]);
  for (const [source, warehouses] of lacking) {
    if (found.has(source) || !isMany(warehouses.length, blind.length)) continue;
    const more = warehouses.length > NAMED ? `, ${warehouses.length - NAMED} more` : '';
    found.set(
      source,
      `no usable row in ${warehouses.length} of ${blind.length} warehouses: ${warehouses.slice(0, NAMED).join(', ')}${more}`,
    );
  }
  return [...found].map(([name, detail]) => ({ name, detail }));
}

function isMany(count: number, of: number): boolean {
  return count >= Math.max(2, Math.min(MANY_WAREHOUSES, Math.ceil(of / 2)));
}

/** The interval slots between two cycles in which there was none. */
export function missedBetween(
  before: CycleId,
  cycleId: CycleId,
  intervalMinutes: number,
): NetworkFindings['missed'] {
  const count = slotsBetween(before, cycleId, intervalMinutes) - 1;
  if (count < 1) return null;
  const slotFrom = (cycle: CycleId, slots: number) =>
    toCycleId(floorTo(Date.parse(cycle), intervalMinutes) + slots * intervalMinutes * 60_000);
  return { count, from: slotFrom(before, 1), to: slotFrom(cycleId, -1) };
}
