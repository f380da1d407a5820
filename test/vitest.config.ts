import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** unit: no process but this one. int: against a real DynamoDB API, one in-memory server for the run. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    // What is waited for comes at once, or not; a busy machine takes its time.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Half as many again as there are cores, since much of it waits for a process, a browser or a breaker; vitest itself leaves one core idle.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          pool: 'threads',
          // What is loaded once serves every file: a third of the time was loading. Whoever changes a global puts it back.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['test/**/*.int.ts'],
          pool: 'forks',
          isolate: false,
          globalSetup: ['test/support/globalSetup.ts'],
          benchmark: { include: [] },
        },
      },
    ],
    coverage: { provider: 'v8', include: ['domain/**/*.ts', 'adapters/**/*.ts'], reporter: ['text', 'json-summary'] },
  },
});
