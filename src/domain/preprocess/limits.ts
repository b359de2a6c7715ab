/** Every number of preprocess, each with its reason. Minutes unless the name says otherwise. */

export const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Counters drift from the level by a few percent an hour; over 20 minutes that stays below a zone's width. */
export const BRIDGE_MAX_MIN = 20;

/** Instants are whole milliseconds: half of one only forgives floating point. */
export const ROUNDING_MS = 0.5;

/** How often the stock source is read. */
export const STOCK_REFRESH_MIN = 5;

/** A counter is read every minute. */
export const COUNTER_REFRESH_MIN = 1;

/** The staff plan is issued every hour. */
export const PLAN_REFRESH_MIN = 60;

/** Two refreshes of the stock source: one lost row is no outage. */
export const CARRY_MIN_MIN = 10;

/** Slowly sampled units: one and a half intervals allow for one reading that is half an interval late. */
export const CARRY_SAMPLING_FACTOR = 1.5;

/** A counter refreshes every minute: five lost readings in a row are an outage. */
export const FLOW_CARRY_MIN = 5;

/** A cumulative count stays exact over a gap, only its shape is lost: as long as a level may be bridged. */
export const COUNTER_GAP_MAX_MIN = 20;

/** A device's state says what it does until two stock refreshes have passed without a word from it. */
export const DEVICE_STATE_CARRY_MIN = 10;

/** The flow medians are taken over the last 10 minutes, so flow quality is too. */
export const FLOW_QUALITY_WINDOW_MIN = 10;

/** A derived flow repeats the level's own slope: half as good as an independent measurement. */
export const DERIVED_FLOW_SCORE = 0.5;

/** Length of an LMS interval: `hc_active` is its average. */
export const LMS_INTERVAL_MIN = 15;

/** Two LMS intervals: the present one is always unfinished, the one before may be late. */
export const HEADCOUNT_CARRY_MIN = 30;

/** The plan is reissued hourly; two hours old, one issue has been lost. It still counts, said to be late. */
export const PLAN_LATE_MIN = 120;

/** Demand moves with departures, not with minutes, yet never outlives the longest a level may. */
export const DEMAND_CARRY_MIN = 20;

/** Planned headcount is told ahead as far as the projection goes, in its steps. */
export const AHEAD_MAX_MIN = 60;
export const AHEAD_STEP_MIN = 5;
/** What a break or a shift change leaves behind, empty and full buffers, has passed by then. */
export const PLAN_AFTERMATH_MIN = 40;

/** A silent path is missed for a day, then gone: every shift of the day had the chance to use it. */
export const PATH_GONE_AFTER_MS = 24 * HOUR_MS;

/** `lastSeenHour` is floored to the hour: the true age is up to an hour less. */
export const LAST_SEEN_FLOOR_MS = HOUR_MS;

/** Flooring takes up to an hour and a late row minutes: two hours of silence of all paths are an outage. */
export const SOURCE_OUTAGE_MS = 2 * HOUR_MS;

/** Clocks synchronized by NTP agree within seconds, delivery takes up to a minute: two minutes are a fault. */
export const CLOCK_TOLERANCE_MS = 2 * MINUTE_MS;

/** Counter rows later than this can't be told from a clock that jumped back. */
export const COUNTER_LATE_MAX_MS = 20 * MINUTE_MS;

/** Above this a level is a wrong number: what is stacked above the rated capacity stays well below 20 %. */
export const OVER_CAPACITY_FACTOR = 1.2;

/** So many readings in a row without a change, while units flowed, mean a sensor that is stuck. */
export const STUCK_READINGS = 4;

/** Share of capacity that must have flowed net for an unchanged level to be impossible. */
export const STUCK_FLOW_SHARE = 0.05;

/** An empty or a full buffer rightly stays where it is. */
export const STUCK_EMPTY_SHARE = 0.02;
export const STUCK_FULL_SHARE = 0.98;

/** A tote holds from 4 to 40 units: a level that is off by such a factor counts totes. */
export const TOTE_UNITS_MIN = 4;
export const TOTE_UNITS_MAX = 40;

/** Below a tenth of the capacity a factor of four is everyday noise. */
export const TOTE_LEVEL_SHARE = 0.1;

/** A change of level of which the counters explain at least half is a real one. */
export const TOTE_EXPLAINED_SHARE = 0.5;

/** Intervals needed to say that level and counters move together, only at another scale. */
export const TOTE_INTERVALS_MIN = 6;

/** Correlation from which level and counters tell the same story. */
export const TOTE_CORRELATION = 0.9;

/** Typical flow between two readings, as a share of capacity, from which a scale can be read off. */
export const TOTE_FLOW_SHARE = 0.02;

/** Warn above this share of capacity: more than counters drift in the window below. */
export const CONSERVATION_SHARE = 0.05;

/** Long enough for drift to show, short enough to be about now. */
export const CONSERVATION_WINDOW_MIN = 30;

/** With 15-minute sampling two intervals, give or take one that is late by a third. */
export const CONSERVATION_WINDOW_MARGIN_MIN = 10;

/** Below this share of the capacity covered, the rest may hide an overflow: the unit is UNKNOWN. */
export const COVERAGE_MIN = 0.8;

/** Quality of a unit with a hard fault at most: below 50, where a unit is UNKNOWN. */
export const HARD_FAULT_QUALITY = 40;

/** Level first, since everything rests on it; conservation counts because it checks level and flow at once. */
export const QUALITY_WEIGHTS = { level: 40, flow: 25, headcount: 15, conservation: 20 } as const;
