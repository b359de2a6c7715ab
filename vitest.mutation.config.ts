/** The tests that mutants of src/domain have to survive, see stryker.config.js. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/{domain,preprocess,evaluate,forecast,resolve,suppress,explain}/**/*.test.ts'],
    // Random input kills by luck: the tables alone must do it, and a second run must find the same.
    exclude: ['**/properties.test.ts'],
    // A mutant is switched on inside the loaded module, so there is nothing to keep apart, and much time to save.
    isolate: false,
  },
});
