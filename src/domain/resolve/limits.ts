/** The numbers that conflict rules rest on. Zone limits and quantities belong to the algorithm's parameters. */

/** A move undone within this time is churn: walking over, settling in and seeing the effect take as long. */
export const MOVE_BACK_MIN = 45;

/** Below this time to overflow a throttle must not be diluted: it takes effect after 15 min, and needs as much again. */
export const THROTTLE_WINS_TTO_MIN = 30;

/** As far as the projection reaches; staff sent away earlier would have to be called back. */
export const PROJECTION_MIN = 60;
