/** What each way of getting the `temporal` program is given. */
export interface Making {
  /** Where the program shall be. */
  cached: string;
  env: NodeJS.ProcessEnv;
  /** Holds what pins version and content. */
  moduleDir: string;
  log: (line: string) => void;
  /** Ends it early. */
  signal: AbortSignal | undefined;
}
