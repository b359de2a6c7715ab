/** Rules by which one recommendation covers another: who sees the wider one need not see the narrower one. */
import { isActionable, isRelease, isThrottle, severityRank, type Action } from '../vocabulary.ts';
import {
  byUrgency,
  mayCover,
  minutesToLimit,
  nameOf,
  place,
  sharesWorkpool,
  stands,
  type Cover,
  type Draft,
  type Finding,
  type Place,
  type DraftPlan,
} from './draft-plan.ts';
import { compare } from '../compare.ts';
import { isOfSource } from '../evaluate/sources.ts';

const PICK_PROCESS = 'PICK';

/** A stop of a TOTAL covers its workpool; a stop elsewhere covers that unit and the stages before it, but no TOTAL. */
export function coverByStop(plan: DraftPlan): Finding[] {
  return pairs(plan, (stop) => stop.action === 'EMERGENCY_STOP').flatMap(([stop, draft]): Cover[] => {
    const stopped = place(plan, stop.actionUnitId);
    const within = [draft.unitId, draft.actionUnitId].some((unitId) =>
      isInOrUpstream(place(plan, unitId), stopped),
    );
    if (!within) return [];
    const detail = `${nameOf(stop)} stops ${stop.actionUnitId}, which this is in or upstream of`;
    return [{ kind: 'cover', draft, rule: 'stop_covers', detail, by: stop }];
  });
}

/** Includes a throttle that is in force from a notified episode while its TOTAL gets better but has not cleared. */
export function coverInductsByThrottleAll(plan: DraftPlan): Finding[] {
  const inducts = plan.drafts.filter((draft) => stands(draft) && draft.action === 'THROTTLE_INDUCT');
  const proposed = pairs(plan, isThrottleAll)
    .filter(([throttle, draft]) => inducts.includes(draft) && sharesWorkpool(plan, throttle, draft))
    .map(([throttle, draft]): Cover => {
      const detail = `${nameOf(throttle)} throttles all picking that feeds it`;
      return { kind: 'cover', draft, rule: 'throttle_all_covers', detail, by: throttle };
    });
  const inForce = inducts.flatMap((draft): Cover[] => {
    const total = totalOf(plan, draft);
    if (total === undefined || total === draft.unitId) return [];
    if (openHighEpisode(plan, total)?.action !== 'THROTTLE_PICKING_ALL') return [];
    // What TOTAL proposes now counts; its episode speaks for it only while it gets better.
    if (plan.drafts.some((other) => isHighOf(other, total) && isActionable(other.severity))) return [];
    const detail = `the throttle of all picking that ${total} was told of is still in force`;
    return [{ kind: 'cover', draft, rule: 'throttle_all_covers', detail, by: total }];
  });
  return [...proposed, ...inForce];
}

/** Against more pickers and releases; beyond 30 minutes both stand, as no overflow may be hidden behind a hunger. */
export function coverFeedByThrottleAll(plan: DraftPlan): Finding[] {
  return pairs(plan, isThrottleAll).flatMap(([throttle, draft]): Cover[] => {
    if (!feeds(draft) || !sharesWorkpool(plan, throttle, draft)) return [];
    const ttoMin = minutesToLimit(throttle);
    // Without a growth nobody can say that there is time left: the riskier reading counts.
    const growthUnknown = (plan.units.get(throttle.unitId)?.growthUpm ?? null) === null;
    if (ttoMin > plan.parameters.conflicts.throttleWinsTtoMin && !(ttoMin === Infinity && growthUnknown))
      return [];
    const when = ttoMin === Infinity ? 'after a time that is not known' : `in ${Math.round(ttoMin)} min`;
    const detail = `${nameOf(throttle)} throttles all picking and overflows ${when}`;
    return [{ kind: 'cover', draft, rule: 'throttle_before_feed', detail, by: throttle }];
  });
}

export function coverReleaseByThrottle(plan: DraftPlan): Finding[] {
  return pairs(plan, ({ action }) => isThrottle(action))
    .filter(([throttle, draft]) => isRelease(draft.action) && draft.actionUnitId === throttle.actionUnitId)
    .map(([throttle, draft]): Cover => {
      const detail = `${nameOf(throttle)} throttles ${throttle.actionUnitId}, which this would release`;
      return { kind: 'cover', draft, rule: 'overflow_before_release', detail, by: throttle };
    });
}

export function coverRebalanceByTotal(plan: DraftPlan): Finding[] {
  return pairs(plan, (total) => isOverflowingTotal(plan, total)).flatMap(([total, draft]): Finding[] => {
    if (draft.action !== 'REBALANCE_CAPACITY' || total.unitId !== totalOf(plan, draft)) return [];
    const { workpool } = place(plan, total.unitId);
    const { fullest } = plan.parameters.lane;
    const lanes = [...plan.units.values()].filter(
      (unit) => unit.unitType === 'LANE' && unit.workpool === workpool,
    );
    if (lanes.some((lane) => lane.fill !== null && lane.fill < fullest)) return [];
    const unknown = lanes.filter((lane) => lane.fill === null).map((lane) => lane.unitId);
    if (unknown.length > 0) {
      const detail = `${nameOf(draft)}: the fill of ${unknown.toSorted().join(', ')} is not known`;
      return [{ kind: 'skip', rule: 'total_before_rebalance', detail }];
    }
    const detail = `all ${lanes.length} lanes are at ${Math.round(fullest * 100)} % or more, and ${nameOf(total)} overflows`;
    return [{ kind: 'cover', draft, rule: 'total_before_rebalance', detail, by: total }];
  });
}

/** What is denied at many places at once is one fault of its source: who mends that mends all. */
export function coverDataOfSource(plan: DraftPlan): Finding[] {
  return plan.drafts.flatMap((draft): Cover[] => {
    const series = plan.series.get(draft.unitId);
    if (draft.action !== 'CHECK_DATA' || !series) return [];
    const by = plan.sources.find((source) => isOfSource(series, source));
    if (!by) return [];
    const detail = `${by.source} is denied at many places at once`;
    return [{ kind: 'cover', draft, rule: 'data_of_source', detail, by: by.unitId }];
  });
}

/** A total that cannot be judged because a reading of one of its paths is denied: whoever mends that mends both. */
export function coverDataOfTotal(plan: DraftPlan): Finding[] {
  const doubted = plan.drafts.filter(
    ({ action, minutesActionable }) => action === 'CHECK_DATA' && minutesActionable !== null,
  );
  return plan.drafts.flatMap((draft): Cover[] => {
    if (draft.action !== 'CHECK_DATA' || doubted.includes(draft)) return [];
    const by = doubted.find((part) => totalOf(plan, part) === draft.unitId);
    if (!by) return [];
    const detail = `${nameOf(by)} says which reading of its paths is not believed`;
    return [{ kind: 'cover', draft, rule: 'data_of_part', detail, by }];
  });
}

export function coverWhatIsLeftToTotal(plan: DraftPlan): Finding[] {
  return plan.drafts.flatMap((draft): Cover[] => {
    if (!stands(draft) || draft.action === 'EMERGENCY_STOP' || draft.action === 'CHECK_DATA') return [];
    const total = draft.actionUnitId;
    if (total === draft.unitId || place(plan, total).unitType !== 'TOTAL') return [];
    const episode = openHighEpisode(plan, total);
    if (episode === undefined || callsForFeed(draft)) return [];
    const by = plan.drafts.find((other) => isHighOf(other, total));
    if (by !== undefined && !stands(by)) return [];
    const detail = `${total} is to act, and its own overflow alert is open, last told at ${episode.cycleId}`;
    // A TOTAL that only watches speaks through its episode: whoever covers its watch need not be told to anybody.
    const told = by !== undefined && isActionable(by.severity) ? by : total;
    return [{ kind: 'cover', draft, rule: 'left_to_total', detail, by: told }];
  });
}

/** What a starving unit asks of its total is another need than the overflow that the total tells of. */
function callsForFeed({ direction, action }: Draft): boolean {
  return direction === 'LOW' && action !== 'NONE';
}

/** Asked for by one or by ten, it is done once. Flows add up, and a stop has a rule of its own. */
const DONE_ONCE: readonly Action[] = [
  'THROTTLE_PICKING_ALL',
  'RELEASE_PICKING_ALL',
  'THROTTLE_INDUCT',
  'RELEASE_INDUCT',
  'NONE',
];
/** People whom several units want at one other place are those whom their line lacks. */
const CALLED_ONCE: readonly Action[] = ['ADD_STAFF', 'MOVE_STAFF'];

/**
 * Units that leave one and the same action to one and the same other unit are one message, not one each. A TOTAL
 * that starves or calls for people is one of them: one need is counted once. Of a throttle that is left to it, it
 * speaks by the rule above.
 */
export function coverSameAction(plan: DraftPlan): Finding[] {
  const groups = new Map<string, Draft[]>();
  for (const draft of plan.drafts) {
    const called = CALLED_ONCE.includes(draft.action);
    const counts = !isOwn(draft) || called || draft.direction === 'LOW';
    if (!stands(draft) || !counts || !(called || DONE_ONCE.includes(draft.action))) continue;
    groups.set(sameness(draft), [...(groups.get(sameness(draft)) ?? []), draft]);
  }
  return [...groups.values()].flatMap((drafts) => {
    // One alone has nobody to speak for.
    if (drafts.every(isOwn)) return [];
    const [speaker, ...others] = drafts.toSorted(speakerOrder(plan));
    if (speaker === undefined) return [];
    const detail = `${nameOf(speaker)} asks for the same at ${speaker.actionUnitId}`;
    return others.map((draft): Cover => ({ kind: 'cover', draft, rule: 'same_action', detail, by: speaker }));
  });
}

/** To wait for a jam is not to wait for work, and a picker is no packer, whether he is wanted for a full or an empty place. */
function sameness({ actionUnitId, direction, action, cause, process }: Draft): string {
  if (CALLED_ONCE.includes(action)) return [actionUnitId, action, process].join(' ');
  return [actionUnitId, direction, action, action === 'NONE' ? cause : ''].join(' ');
}

function isOwn({ unitId, actionUnitId }: Draft): boolean {
  return unitId === actionUnitId;
}

/**
 * The most severe, then who was told of it already, so that the word does not pass round, then who is to act, then the
 * most urgent. Last of all a unit of which people were told something else: it would be taken for that.
 */
function speakerOrder(plan: DraftPlan): (a: Draft, b: Draft) => number {
  const open = (draft: Draft, test: (entry: DraftPlan['notified'][number]) => boolean) =>
    plan.notified.some((entry) => entry.episodeOpen && entry.unitId === draft.unitId && test(entry));
  const isTold = (draft: Draft) =>
    open(
      draft,
      (entry) =>
        entry.direction === draft.direction &&
        entry.action === draft.action &&
        entry.actionUnitId === draft.actionUnitId,
    );
  const isTaken = (draft: Draft) =>
    isOwn(draft) &&
    open(draft, ({ direction }) => direction !== draft.direction) &&
    !open(draft, ({ direction }) => direction === draft.direction);
  return (a, b) =>
    Number(isTaken(a)) - Number(isTaken(b)) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    Number(isTold(b)) - Number(isTold(a)) ||
    Number(isOwn(b)) - Number(isOwn(a)) ||
    byUrgency(a, b);
}

/** All (winner, loser) of which the first passes the test and may silence the second. */
function pairs(plan: DraftPlan, wins: (draft: Draft) => boolean): [Draft, Draft][] {
  const losers = plan.drafts.filter(stands);
  return plan.drafts
    .filter(wins)
    .flatMap((winner) =>
      losers.filter((loser) => mayCover(winner, loser)).map((loser): [Draft, Draft] => [winner, loser]),
    );
}

function isInOrUpstream(at: Place, stopped: Place): boolean {
  if (at.workpool !== stopped.workpool) return false;
  if (stopped.unitType === 'TOTAL' || at.unitId === stopped.unitId) return true;
  return at.unitType !== 'TOTAL' && at.stage < stopped.stage;
}

/** The TOTAL's last notified decision of an open HIGH episode. A TOTAL that is blind now speaks for nobody. */
function openHighEpisode(plan: DraftPlan, total: string): DraftPlan['notified'][number] | undefined {
  if ((plan.units.get(total)?.state ?? 'UNKNOWN') === 'UNKNOWN') return undefined;
  return plan.notified
    .filter((entry) => entry.unitId === total && entry.direction === 'HIGH' && entry.episodeOpen)
    .toSorted((a, b) => compare(b.cycleId, a.cycleId) || compare(a.action, b.action))[0];
}

function totalOf(plan: DraftPlan, draft: Draft): string | undefined {
  const { workpool } = place(plan, draft.actionUnitId);
  return [...plan.units.values()].find((unit) => unit.unitType === 'TOTAL' && unit.workpool === workpool)
    ?.unitId;
}

function isHighOf(draft: Draft, unitId: string): boolean {
  return draft.unitId === unitId && draft.direction === 'HIGH';
}

function isOverflowingTotal(plan: DraftPlan, draft: Draft): boolean {
  return (
    draft.direction === 'HIGH' &&
    (draft.state === 'OVERFLOW_RISK' || draft.state === 'OVERFLOW') &&
    place(plan, draft.unitId).unitType === 'TOTAL'
  );
}

function isThrottleAll(draft: Draft): boolean {
  return draft.action === 'THROTTLE_PICKING_ALL';
}

function feeds(draft: Draft): boolean {
  const bringsStaff = draft.action === 'ADD_STAFF' || draft.action === 'MOVE_STAFF';
  return isRelease(draft.action) || (bringsStaff && draft.process === PICK_PROCESS);
}
