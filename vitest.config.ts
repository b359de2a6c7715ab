import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores are what a test machine is sure to have.
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'servers',
          include: ['test/{integration,scenarios,histories,chaos}/**/*.test.ts'],
          globalSetup: ['test/support/global-servers.ts'],
          // Real servers on two cores: a start, a migration and a few cycles may take their time.
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
