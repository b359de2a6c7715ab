// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** When an open episode is worth another word. */
import { severityRank } from '../vocabulary.ts';
import type { Action, CycleId } from '../vocabulary.ts';
import { minutesBetween } from './slots.ts';
import type { Episode, Figures } from './memory.ts';
import { WINDOW_MIN, MAX_WINDOW_MIN, NOTICE_WINDOW_MIN, QUANTITY_SHARE, QUANTITY_STEP } from './limits.ts';

const ACTION_CLASS: Record<Action, keyof typeof WINDOW_MIN> = {
  ADD_STAFF: 'STAFF',
  REMOVE_STAFF: 'STAFF',
  MOVE_STAFF: 'STAFF',
  THROTTLE_INDUCT: 'INDUCT',
  RELEASE_INDUCT: 'INDUCT',
  THROTTLE_PICKING_ALL: 'ALL',
  RELEASE_PICKING_ALL: 'ALL',
  REBALANCE_CAPACITY: 'REBALANCE',
  EMERGENCY_STOP: 'EMERGENCY',
  CHECK_DATA: 'DATA',
  NONE: 'STAFF',
};

export type Change = 'severity' | 'action' | 'quantity';

/** Minutes of silence after the last notification. */
export function windowMinutes(action: Action, repeats: number): number {
  return Math.min(WINDOW_MIN[ACTION_CLASS[action]] * 2 ** repeats, MAX_WINDOW_MIN);
}

/** @param isDoubt it is about a reading that is not believed */
export function isWindowPassed(episode: Episode, cycleId: CycleId, isDoubt = false): boolean {
  if (episode.lastNotifiedAt === null || episode.notified === null) return true;
  const age = minutesBetween(episode.lastNotifiedAt, cycleId);
  const { action, about } = episode.notified;
  const isNotice = about !== undefined || isDoubt;
  return age >= (isNotice ? NOTICE_WINDOW_MIN : windowMinutes(action, episode.repeats));
}

/** What people must hear at once, against the last notification decided. */
export function findChange(episode: Episode, now: Figures): Change | null {
  if (severityRank(now.severity) > severityRank(episode.highestSeverity)) return 'severity';
  const told = episode.notified;
  if (told === null) return null;
  const isElsewhere = told.actionUnitId !== undefined && told.actionUnitId !== now.actionUnitId;
  if (now.action !== told.action || isElsewhere || isAboutMore(told.about, now.about)) return 'action';
  return isOtherQuantity(told, now) ? 'quantity' : null;
}

/** What was a notice is none any more, or says something that it did not say before. */
function isAboutMore(told: Figures['about'], now: Figures['about']): boolean {
  if (now === undefined) return told !== undefined;
  return now.some((one) => !told?.includes(one));
}

function isOtherQuantity(told: NonNullable<Episode['notified']>, now: Figures): boolean {
  if (told.quantity === null || now.quantity === null || now.quantityUnit === null) return false;
  if (told.quantityUnit !== now.quantityUnit) return true;
  const difference = Math.abs(now.quantity - told.quantity);
  return (
    difference >= QUANTITY_SHARE * Math.abs(told.quantity) && difference >= QUANTITY_STEP[now.quantityUnit]
  );
}
