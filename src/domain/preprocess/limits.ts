/** Every number of preprocess, each with its reason. Minutes unless the name says otherwise. */

export const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Counters drift from the level by a few percent an hour; over 20 minutes that stays below a zone's width. */
export const BRIDGE_MAX_MIN = 20;

/** Before so much of the buffer has changed since the level was read, the level has been read again; else nobody saw it. */
export const BRIDGE_SEEN_SHARE = 0.4;

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

/**
 * What is carried is the mean of so many minutes: two stock refreshes, so that what comes with each of them weighs
 * as much as what comes between.
 */
export const FLOW_CARRY_MEAN_MIN = 10;

/** A cumulative count stays exact over a gap, only its shape is lost: as long as a level may be bridged. */
export const COUNTER_GAP_MAX_MIN = 20;

/** A device's state says what it does until two stock refreshes have passed without a word from it. */
export const DEVICE_STATE_CARRY_MIN = 10;

/** The flow medians are taken over the last 10 minutes, so flow quality is too. */
export const FLOW_QUALITY_WINDOW_MIN = 10;

/** A derived flow repeats the level's own slope: half as good as an independent measurement. */
export const DERIVED_FLOW_SCORE = 0.5;

/** A level that took on so many values within the hour moves: neither stuck nor thrown by one wrong reading. */
export const MOVING_LEVELS = 4;

/** Length of an LMS interval: `hc_active` is its average. */
export const LMS_INTERVAL_MIN = 15;

/** So many intervals without a headcount, most of an hour, are no lapse. */
export const LMS_INTERVALS_USELESS = 3;

/** Nobody does so many times what is planned of a person over a quarter of an hour: half of the people are told by it. */
export const HEADCOUNT_FIT_FACTOR = 1.6;

/** One person who forgot to log in, or a machine's only attendant, is no wrong headcount. */
export const HEADCOUNT_LEAST = 2;

/** One interval may fit by chance, as in a lull; two in a row are half an hour of agreement. */
export const HEADCOUNT_BACK_INTERVALS = 2;

/** What the counters see of a process tells of the rest while it is the greater part. */
export const WORK_SEEN_SHARE = 0.5;

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

/** A path that is reported elsewhere has left once its next reading is due; readings come a little early or late. */
export const MOVE_NEXT_READING = 0.75;

/** Where both places were reported for a while, one lost reading is no leaving: half of the next one is. */
export const MOVE_MISSED_READINGS = 1.5;

/** Between two readings a level changes by some percent of the capacity: a level this near may go on under a new name. */
export const RENAME_LEVEL_SHARE = 0.15;

/** One level that fits another may be chance, two at once hardly. */
export const RENAMES_MIN = 2;

/** As long as its first row and the last one of another name stand in the same hour of rows. */
export const NEW_PATH_MS = 60 * MINUTE_MS;

/** Clocks synchronized by NTP agree within seconds, delivery takes up to a minute: two minutes are a fault. */
export const CLOCK_TOLERANCE_MS = 2 * MINUTE_MS;

/** Beyond this a row is late: the usual delay is below 10 minutes, and a clock that is off is so by a whole hour. */
export const ROW_LATE_MAX_MS = 20 * MINUTE_MS;

/** Clocks are changed by an hour; what is off by less is put up with as lateness. */
export const LEAST_SHIFT_MIN = 60;

/** A clock that went back by an hour is noticed while what it said before is less than half an hour old. */
export const CLOCK_BACK_SHARE = 0.5;

/** Rows that are sent again come at once, those of a running clock at its pace; half of it leaves room for delays. */
export const CLOCK_PACE_SHARE = 0.5;

/** Some rows are very late at any time: as many as half of those that are off would be another fault. */
export const CLOCK_STRAY_SHARE = 0.5;

/** Three in a row that are an hour off are no chance; on the day on which clocks were changed two are enough. */
export const CLOCK_BACK_REFRESHES = 3;
export const CLOCK_BACK_REFRESHES_AT_CHANGE = 2;

/** Rows of the last hour are seen: what was off in them is known for so long after its end. */
export const CLOCK_KEPT_MS = 60 * MINUTE_MS;

/** Counter rows later than this can't be told from a clock that jumped back. */
export const COUNTER_LATE_MAX_MS = 20 * MINUTE_MS;

/** By so little delivery may vary from one row to the next: a smaller step of a clock costs no count a tenth. */
export const CLOCK_STEP_MS = 5_000;

/** So many rows on both sides tell a step that lasts from one late row, as a counter may lose as many. */
export const CLOCK_LASTS_ROWS = 5;

/** A clock is set right once and maybe corrected; one that steps oftener within the hour tells no time. */
export const CLOCK_STEPS_MAX = 4;

/** What PLCs count in, from the first value to the one past the last: 16, 31 and 32 bits, without a sign and with one. */
export const COUNTER_REGISTERS = [
  [0, 2 ** 15],
  [0, 2 ** 16],
  [0, 2 ** 31],
  [0, 2 ** 32],
  [-(2 ** 15), 2 ** 15],
  [-(2 ** 30), 2 ** 30],
  [-(2 ** 31), 2 ** 31],
] as const;

/** A batch of totes is several times the usual minute, a counter that starts anew is thousands of times. */
export const JUMP_FACTOR = 8;

/** Units per minute of a device that has just stood still: a slow hand's. */
export const JUMP_LEAST_UPM = 10;

/** A total is set anew in one reading or two; a third one as far beyond the usual is a new pace. */
export const JUMP_LASTS = 3;

/** An error's code stands still: three readings below 0 of which none falls and some rise are a counter's. */
export const NEGATIVE_RUN_READINGS = 3;

/** Above this a level is a wrong number: what is stacked above the rated capacity stays well below 20 %. */
export const OVER_CAPACITY_FACTOR = 1.2;

/** So many readings in a row without a change, while units flowed, mean a sensor that is stuck. */
export const STUCK_READINGS = 4;

/** A sensor that stood still is believed again after so many different readings in a row that the flows bear out. */
export const MOVING_READINGS = 3;

/** So many readings in a row where the flows put the level are no chance, however many were wrong before. */
export const BACK_READINGS = 3;

/** Share of capacity that must have flowed net for an unchanged level to be impossible. */
export const STUCK_FLOW_SHARE = 0.05;

/** An empty or a full buffer rightly stays where it is. */
export const STUCK_EMPTY_SHARE = 0.02;
export const STUCK_FULL_SHARE = 0.98;

/**
 * By how much a level may miss what the one before and the flows since say: people recount, and what came and went from
 * minute to minute may be counted on the other side of the reading, since clocks differ. Twice what sound sensors show.
 */
export const LEVEL_ERROR_UNITS = 2;
export const STEP_SHARE = 0.06;
export const STEP_CHURN_SHARE = 0.5;

/** Beyond an end of the buffer by this share of it, flows are not late or a little off: they are wrong. */
export const IMPOSSIBLE_SHARE = 0.15;

/** From such a factor on a level that is denied is more likely told in another unit than miscounted. */
export const WRONG_UNIT_FACTOR = 2.5;

/** Level and flows agree where both tell the same change of this share of capacity, within this share of it. */
export const AGREED_CHANGE_SHARE = 0.15;
export const AGREED_SLOPE_ERROR = 0.3;

/** Without a step, level and flows part over an hour by more than counters lose and levels are miscounted. */
export const DRIFT_SHARE = 0.08;
export const DRIFT_FLOW_SHARE = 0.03;

/** How far an estimated level may be off: miscounted at its start, counters that lose one unit in a hundred, hands. */
export const ESTIMATE_ERROR_SHARE = 0.02;
export const COUNTER_ERROR_SHARE = 0.01;
export const ESTIMATE_DRIFT_SHARE_HOUR = 0.05;

/** An estimate that may be off by more tells no zone from the next. */
export const ESTIMATE_LIMIT_SHARE = 0.2;

/** One or two wrong readings come and go; what lasts for three people have to mend. */
export const DOUBT_TOLD_MIN = 10;

/** Three sensors may fail by chance within the hour; in a large house, as many as stand on one controller. */
export const SOURCE_DENIED_PLACES = 4;
export const SOURCE_DENIED_SHARE = 0.05;

/** What fails for one cause is denied at the first place that moves, and within three readings at others. */
export const SOURCE_DENIED_READINGS = 3;

/** A tenth more room would end an overflow by itself, a tenth less a starvation; within it people measure anew. */
export const CAPACITY_CHANGE_FACTOR = 1.1;

/** Below this fill, WATCH_HIGH's end, there is no overflow left to end; as far from empty, no starvation. */
export const CAPACITY_FREE_FILL = 0.6;

/** What lies there says how much there is room for, a little more than nominal included. */
export const CAPACITY_HELD_FACTOR = 1.05;

/** An estimate is carried on before its start leaves the grid, to where late counters have come by now. */
export const ANCHOR_MAX_MIN = 40;
export const ANCHOR_SETTLED_MIN = 10;

/** As long as between two readings of the stock source. */
export const NEIGHBOUR_WINDOW_MIN = 5;

/** A lane may be half as fast again as the fastest of its neighbours at their fastest, hardly more. */
export const NEIGHBOUR_FACTOR = 1.5;

/** Share of capacity a minute that any buffer at work may gain or lose: full or empty within half an hour. */
export const NEIGHBOUR_LEAST_SHARE = 0.03;

/** Intervals needed to say that level and counters move together, only at another scale. */
export const SCALE_INTERVALS_MIN = 6;

/** Correlation from which level and counters tell the same story. */
export const SCALE_CORRELATION = 0.9;

/** Typical flow between two readings, as a share of capacity, from which a scale can be read off. */
export const SCALE_FLOW_SHARE = 0.02;

/** Warn above this share of capacity: more than counters drift in the window below. */
export const CONSERVATION_SHARE = 0.05;

/** Long enough for drift to show, short enough to be about now. */
export const CONSERVATION_WINDOW_MIN = 30;

/** With 15-minute sampling two intervals, give or take one that is late by a third. */
export const CONSERVATION_WINDOW_MARGIN_MIN = 10;

/** A closed path takes nothing in. One that is being closed may for as long as the stock source takes to say so. */
export const CLOSED_INFLOW_MIN = 5;

/** A unit or two put where they belong by hand are no flow. */
export const CLOSED_INFLOW_UNITS = 2;

/** Below this share of the capacity covered, the rest may hide an overflow: the unit is UNKNOWN. */
export const COVERAGE_MIN = 0.8;

/** Quality of a unit with a hard fault at most: below 50, where a unit is UNKNOWN. */
export const HARD_FAULT_QUALITY = 40;

/** Quality at most where nobody sees the level, or level and counters part: below 70, where nothing has recovered. */
export const ESTIMATED_QUALITY = 60;
export const CONTESTED_QUALITY = 69;

/** Level first, since everything rests on it; conservation counts because it checks level and flow at once. */
export const QUALITY_WEIGHTS = { level: 40, flow: 25, headcount: 15, conservation: 20 } as const;
