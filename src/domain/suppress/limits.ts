// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** The numbers of the rules inside `warehouse`, each with its reason. They belong to no algorithm version: see rules.ts. */

/** From three slots on two cycles or more are missing: evidence starts afresh. */
export const AFRESH_SLOTS = 3;

/** What is asked for, and what a late or repeated asking may still need. */
export const MIN_HISTORY_MINUTES = 60;

export const MIN_HISTORY_CYCLES = 12;

/** Four cycles: a late feed has come by then. */
export const STALE_MINUTES = 20;

/** Below it only directions are known: no proof of recovery. */
export const GOOD_QUALITY = 70;

/** Of a warehouse some of whose names fit nothing: just below what proves anything. */
export const DOUBTED_QUALITY = 69;

/** Where half of a warehouse is blind for one reason, the reason is the alert. */
export const BLIND_SHARE = 0.5;

/** One or two sentences. */
export const TEXT_LIMIT = 500;

/** Several batches of answers: one that is handed over again comes before anything new. */
export const OPERATIONS_KEPT = 400;

/** Longer than a delivery may take (90 s): another sender gets an episode only when the first must be over. */
export const LEASE_MS = 120_000;

/** People called and moves made count for an hour; what is held back counts until it is released. */
export const NOTIFIED_MINUTES = 60;

/** What no channel took, or nobody did, within a day of the episode's end helps nobody any more. */
export const OPEN_ENDS_MINUTES = 24 * 60;

/** Enough for two of three, two in a row and steadiness. */
export const SLOTS_KEPT = 3;

/** Two of the last three: one odd sample neither raises nor delays an alert. */
export const PERSISTENT_SLOTS = 2;

/** Of the last 10 minutes: as sure as two slots, where flow is known by the minute. */
export const PERSISTENT_MINUTES = 8;

/** One good sample is no recovery. */
export const GOOD_SLOTS = 2;

/** A key that changes every second slot or faster never stays so for three. */
export const STEADY_SLOTS = 3;

/** Neighbours in a row may have one missing cycle between them; after two, evidence starts afresh. */
export const MAX_SLOT_STEP = 2;

/** Before rules 6. */
export const FLAPPING_WINDOW_MIN = 60;

/** Before rules 6: six changes an hour leave a state 10 minutes at the most, and nobody can act on it. */
export const FLAPPING_FLIPS = 6;

/** As many states as Icinga looks back on: an hour and forty minutes. */
export const FLAPPING_SLOTS = 20;

/** As Icinga weighs them: what changes now counts half as much again as what changed first. */
export const FLAPPING_OLDEST_WEIGHT = 0.8;
export const FLAPPING_NEWEST_WEIGHT = 1.2;

/** Five changes: it is bad for the third time. Two alerts, however close, are four, and never more than .24. */
export const FLAPPING_HIGH = 0.25;

/** Four changes, most of them long ago: what comes back every 40 minutes does not leave and enter again each time. */
export const FLAPPING_LOW = 0.2;

/** Minutes: as long as the action takes to show in the buffer; an emergency stop is repeated every cycle. */
export const WINDOW_MIN = {
  STAFF: 15,
  INDUCT: 20,
  ALL: 30,
  DATA: 30,
  REBALANCE: 45,
  EMERGENCY: 0,
};

/** A name and a sensor are mended by who looks after a source, in hours or days: once a day is enough. */
export const NOTICE_WINDOW_MIN = 24 * 60;

/** So many things of a notice travel into a history by name: some hundred bytes. */
export const NOTICE_NAMES = 20;

/** Half a shift: what nobody has changed by then is at least said twice a shift. */
export const MAX_WINDOW_MIN = 240;

/** A quantity is another one when it differs by half of what was said ... */
export const QUANTITY_SHARE = 0.5;

/** ... and by enough to act on: persons and stations in ones, percent points and units per minute in tens. */
export const QUANTITY_STEP = { persons: 2, stations: 2, percent: 10, upm: 10 };

/** Without data for a day, what was once seen says nothing any more. */
export const EXPIRY_MINUTES = 24 * 60;

/** The memory must stay small; every answer stays in the table `answer`. */
export const VERDICTS_KEPT = 100;
