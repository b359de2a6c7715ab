/** What a command's end tells a script. */
export const EXIT = {
  ok: 0,
  /** What was asked for failed. */
  failure: 1,
  /** Wrong arguments or configuration: nothing was tried. */
  badInput: 2,
  /** A server that is needed does not answer. */
  unreachable: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
