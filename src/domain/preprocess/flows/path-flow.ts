/** Flows of one path: its devices side by side are added up. */
import type { Defect, DeviceStatus, Track } from '../../series.ts';
import type { CounterRow } from '../../source-rows.ts';
import { type DeviceFlow, readDevice } from './counters.ts';
import { gridStart, sumTracks } from '../grid.ts';
import { DEVICE_STATE_CARRY_MIN, FLOW_CARRY_MIN, MINUTE_MS } from '../limits.ts';
import { groupBy } from '../../group-by.ts';
import { sortDistinct } from '../row-order.ts';

export interface PathFlow {
  devices: DeviceFlow[];
  flowIn: Track;
  flowOut: Track;
  recirc: Track;
  /** Epoch ms of the oldest of the devices' newest readings; null without devices. */
  heardTs: number | null;
  /** Of several devices one may be silent: then the path is. */
  late: boolean;
  defects: Defect[];
}

/** The rows of each device, each in the order of time; the devices by path and name. */
export function sortDevices(rows: readonly CounterRow[]): CounterRow[][] {
  // Grouped first: the rows come in the order of time, and one device's are sorted already.
  const devices = [...groupBy(rows, ({ path }) => path).values()].flatMap((ofPath) => [
    ...groupBy(ofPath, ({ device }) => device).values(),
  ]);
  const sorted = sortDistinct(devices, [([row]) => row?.path ?? null, ([row]) => row?.device ?? null]);
  return sorted.map((own) =>
    sortDistinct(own, [
      ({ recordedAt }) => recordedAt,
      ({ plcTs }) => plcTs,
      ({ inTotal }) => inTotal,
      ({ outTotal }) => outTotal,
      ({ recircTotal }) => recircTotal,
      ({ state }) => state,
      ({ fault }) => fault,
    ]),
  );
}

function counterDefects(device: DeviceFlow): Defect[] {
  const defects: Defect[] = [];
  const add = (name: Defect['name'], detail: string): void => {
    defects.push({ name, source: 'wcs_counters', detail: `device ${device.device}: ${detail}`, hard: false });
  };
  const { clockProblem, duplicates, jumps, negatives, resets } = device;
  const instants = (at: readonly number[]): string => at.map((ts) => new Date(ts).toISOString()).join(', ');
  if (resets.length > 0) add('COUNTER_RESET', `a counter fell, flow unknown, at ${instants(resets)}`);
  if (jumps.length > 0)
    add('COUNTER_RESET', `a counter rose by more than can have passed, flow unknown, at ${instants(jumps)}`);
  if (clockProblem) add('CLOCK_SKEW', clockProblem);
  if (negatives > 0) add('NEGATIVE', `${negatives} readings below 0 left out`);
  if (duplicates > 0) add('DUPLICATE', `${duplicates} readings told twice`);
  return defects;
}

/** @param rowsOfDevices of one path, as `sortDevices` orders them. */
export function readPathFlow(
  rowsOfDevices: readonly (readonly CounterRow[])[],
  snapshotTs: number,
): PathFlow {
  const all = rowsOfDevices.flatMap((rows) => readDevice(rows[0]?.device ?? '', rows, snapshotTs) ?? []);
  // A device that was silent for the whole grid while others spoke has been taken out.
  const present = all.filter(({ lastTs }) => lastTs >= gridStart(snapshotTs));
  const devices = present.length > 0 ? present : all;
  const heardTs = devices.length > 0 ? Math.min(...devices.map(({ lastTs }) => lastTs)) : null;
  const late = heardTs !== null && snapshotTs - heardTs > FLOW_CARRY_MIN * MINUTE_MS;
  const defects = devices.flatMap(counterDefects);
  if (late)
    defects.push({
      name: 'LATE',
      source: 'wcs_counters',
      detail: `newest reading ${Math.floor((snapshotTs - heardTs) / MINUTE_MS)} min old, expected at most ${FLOW_CARRY_MIN}`,
      hard: false,
    });
  return {
    devices,
    flowIn: sumTracks(devices.map((device) => device.flowIn)),
    flowOut: sumTracks(devices.map((device) => device.flowOut)),
    recirc: sumTracks(devices.map((device) => device.recirc)),
    heardTs,
    late,
    defects,
  };
}

const STATE_ORDER = ['RUN', 'IDLE', 'FAULT', 'ESTOP'] as const;

/** The worst state of the devices that were heard of lately, RUN to ESTOP, and who is in it. */
export function deviceStatus(devices: readonly DeviceFlow[], snapshotTs: number): DeviceStatus {
  const heard = devices.filter(({ lastTs }) => snapshotTs - lastTs <= DEVICE_STATE_CARRY_MIN * MINUTE_MS);
  const state = STATE_ORDER.findLast((candidate) => heard.some((device) => device.state === candidate));
  if (!state) return { state: null, faults: [], devices: [] };
  const stopped = heard.filter((device) => device.state === 'FAULT' || device.state === 'ESTOP');
  return {
    state,
    faults: [...new Set(stopped.flatMap(({ fault }) => fault ?? []))].toSorted(),
    devices: heard.filter((device) => device.state === state).map(({ device }) => device),
  };
}
