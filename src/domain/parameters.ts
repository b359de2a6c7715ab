/**
 * Every number that a decision rests on, in one place, each with its reason. An algorithm version is the code
 * plus one validated parameter set; every recommendation names the version that made it.
 */
export const DEFAULT_ALGORITHM = '1.0.0';
