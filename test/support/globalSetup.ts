import * as E from 'fp-ts/lib/Either.js';
import type { TestProject } from 'vitest/node';
import { startDynoxide } from '#adapters/local/dynoxide.ts';
import { freePort } from '#test/support/ports.ts';

declare module 'vitest' {
  interface ProvidedContext {
    dynamodbEndpoint: string;
  }
}

/** One DynamoDB API for all integration tests; each test brings its own table prefix. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await startDynoxide({ port: await freePort(), dbFile: null, environment: process.env })();
  if (E.isLeft(started)) throw new Error(started.left.message);
  project.provide('dynamodbEndpoint', started.right.endpoint);
  return started.right.stop;
}
