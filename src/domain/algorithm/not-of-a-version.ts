/**
 * What decisions rest on beside the numbers of a version. Timeseries are made before a version is asked; a unit's past is
 * kept for every version alike; the rules of what is said have versions of their own (suppress/rules.ts); and figures are
 * written down to so many digits. Every other number of a decision stands in the version: a test holds that.
 */
export * as digits from '../digits.ts';
export * as past from '../forecast/earlier-days.ts';
export * as preprocess from '../preprocess/limits.ts';
export * as suppress from '../suppress/limits.ts';
