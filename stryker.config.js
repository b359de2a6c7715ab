/** Mutation check of the decisions; any list of files: `npm run mutation -- --mutate 'src/domain/resolve/*.ts'`. */
export default {
  mutate: ['src/domain/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // What is worked out once while a file loads would cost a run of every test, and is a table or a pattern.
  ignoreStatic: true,
  concurrency: 1,
  // It has neither references nor `extends` to rewrite for the sandbox.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  // A second run asks again only what has changed, or what new tests reach.
  incremental: true,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
};
