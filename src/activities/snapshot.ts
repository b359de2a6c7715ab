/** Step 0: which instant the cycle looks at, which warehouses it covers, by which rules. */
import { FAILURE } from '../failures/failures.ts';
import { applicationFailure } from '../failures/temporal-failures.ts';
import { cycleTime, type CycleTime, type CycleTimeInput } from '../domain/cycle-time.ts';
import { algorithm, UnknownAlgorithm } from '../domain/algorithm/algorithm.ts';
import type { CycleId, Environment, SourceName } from '../domain/vocabulary.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { CycleKey } from '../store/cycle.ts';
import type { Registry, RegisteredWarehouse } from '../store/registry.ts';
import type { PutArtifact } from './dependencies.ts';

export interface SnapshotInput {
  request: { snapshot?: string; warehouses?: string[]; deliver?: boolean };
  run: Omit<CycleTimeInput, 'snapshot' | 'intervalMinutes'> & { runId: string };
}

export interface PlannedWarehouse {
  code: string;
  name: string;
  /** IANA name. */
  timezone: string;
  sourceCodes: RegisteredWarehouse['sourceCodes'];
  /** Switched off since the last cycle: one last decision closes its episodes. */
  closing: boolean;
  /** Why it can't be watched in this cycle, e.g. an unknown algorithm version; null, or absent, where it can. */
  refused?: string | null;
}

/** What every later step of the cycle works by. Small: it is an argument of every child. */
export interface CyclePlan extends CycleTime {
  environment: Environment;
  /** First part of every artifact id: the environment, and the run for a replay. */
  prefix: string;
  intervalMinutes: number;
  deliver: boolean;
  /** Sources whose lack of data the alert of the whole network tells of; absent in runs of older releases. */
  networkBlind?: SourceName[];
  /** Routes, overrides and warehouses as they were at this instant. */
  snapshot: ArtifactRef;
  warehouses: PlannedWarehouse[];
}

export interface SnapshotDependencies {
  environment: Environment;
  intervalMinutes: number;
  readRegistry(): Promise<Registry>;
  putArtifact: PutArtifact;
  recordCycleStarted(
    cycle: CycleKey & { mode: CycleTime['mode']; runId: string; startedAt: Date },
  ): Promise<void>;
  /** Sources that an alert of the whole network tells of, open when this cycle began. */
  readNetworkBlind(cycleId: CycleId): Promise<SourceName[]>;
  /** Whether `warehouse/{code}` is running. */
  isWatched(code: string): Promise<boolean>;
  /** Added to the present, in ms: 0, but for tests that look at another minute. */
  shiftPresentMs(): number;
}

export function createSnapshot(deps: SnapshotDependencies) {
  return {
    /**
     * @throws ApplicationFailure `InvalidInput` for a snapshot that is no past instant, or a warehouse that is not
     * in the registry.
     */
    async snapshot({ request, run }: SnapshotInput): Promise<CyclePlan> {
      const shift = deps.shiftPresentMs();
      const time = resolveTime({
        ...run,
        startedMs: run.startedMs + shift,
        firstTaskMs: run.firstTaskMs + shift,
        ...(request.snapshot === undefined ? {} : { snapshot: request.snapshot }),
        intervalMinutes: deps.intervalMinutes,
      });
      const registry = await deps.readRegistry();
      const selected = select(registry.warehouses, request.warehouses);
      const closing =
        time.mode === 'live' ? await whichAreClosing(selected.filter((each) => !each.active)) : [];
      const covered = [...selected.filter((each) => each.active), ...closing];
      const prefix = time.mode === 'live' ? deps.environment : `${deps.environment}/replay/${run.runId}`;
      const snapshot = await deps.putArtifact({
        prefix,
        cycleId: time.cycleId,
        warehouse: null,
        kind: 'snapshot',
        body: { ...registry, warehouses: covered },
        rows: covered.length,
      });
      await deps.recordCycleStarted({
        prefix,
        cycleId: time.cycleId,
        mode: time.mode,
        runId: run.runId,
        startedAt: new Date(run.startedMs),
      });
      return {
        ...time,
        environment: deps.environment,
        prefix,
        intervalMinutes: deps.intervalMinutes,
        deliver: request.deliver ?? time.mode === 'live',
        networkBlind: await deps.readNetworkBlind(time.cycleId),
        snapshot,
        warehouses: covered.map(({ code, name, timezone, sourceCodes, active, algorithm: version }) => ({
          code,
          name,
          timezone,
          sourceCodes,
          closing: !active,
          refused: active ? findRefusal(code, version) : null,
        })),
      };
    },
  };

  async function whichAreClosing(inactive: RegisteredWarehouse[]): Promise<RegisteredWarehouse[]> {
    const watched = await Promise.all(inactive.map(({ code }) => deps.isWatched(code)));
    return inactive.filter((_, index) => watched[index]);
  }
}

/** A version that this worker does not know concerns its warehouse alone: the others are watched. */
function findRefusal(code: string, version: string): string | null {
  try {
    algorithm(version);
    return null;
  } catch (error) {
    if (error instanceof UnknownAlgorithm) return `${code}: ${error.message}`;
    throw error;
  }
}

function resolveTime(input: CycleTimeInput): CycleTime {
  try {
    return cycleTime(input);
  } catch (error) {
    if (error instanceof RangeError) throw applicationFailure(FAILURE.InvalidInput, error.message);
    throw error;
  }
}

function select(warehouses: RegisteredWarehouse[], codes: string[] | undefined): RegisteredWarehouse[] {
  if (codes === undefined) return warehouses;
  const unknown = codes.filter((code) => !warehouses.some((each) => each.code === code));
  if (unknown.length > 0) {
    throw applicationFailure(
      FAILURE.InvalidInput,
      `warehouse ${unknown.join(', ')} is not in the registry (it has ${warehouses.map((each) => each.code).join(', ') || 'none'}): ` +
        `add it with INSERT INTO warehouse (code, name, timezone) VALUES (...)`,
    );
  }
  return warehouses.filter((each) => codes.includes(each.code));
}
