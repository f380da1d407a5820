import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** unit: no process but this one. int: against a real DynamoDB API, one in-memory server for the run. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    // What is waited for comes at once, or not; a busy machine takes its time.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], pool: 'threads', testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['test/**/*.int.ts'],
          pool: 'forks',
          globalSetup: ['test/support/globalSetup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          benchmark: { include: [] },
        },
      },
    ],
    coverage: { provider: 'v8', include: ['domain/**/*.ts', 'adapters/**/*.ts'], reporter: ['text', 'json-summary'] },
  },
});
