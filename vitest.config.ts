import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          sequence: { groupOrder: 0 },
          // Recorded days take a second each, and six where five others share the two cores.
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'servers',
          include: ['test/{integration,histories,chaos}/**/*.test.ts'],
          // One file at a time: several compile and run the program in `dist`, and each starts servers of its own.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/global-servers.ts'],
          // Real servers on two cores: a start, a migration and a few cycles may take their time.
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
