import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileSecrets } from '#adapters/secrets/fileSecrets.ts';
import { FRESH_MS, managedSecrets, STALE_MS } from '#adapters/secrets/managedSecrets.ts';
import type { Secrets } from '#adapters/secrets/secrets.ts';
import { got } from '#test/contract/given.ts';
import { type SecretsServer, startSecretsServer } from '#test/support/secretsServer.ts';

const KEY = 'middleware-key';
const NAME = 'billfold-middleware-key';

let aws: SecretsServer;
let client: SecretsManagerClient;
let now: number;
beforeEach(async () => {
  now = 1_000_000;
  aws = await startSecretsServer();
  client = new SecretsManagerClient({
    ...{ endpoint: aws.endpoint, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
  });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** A process: what it knows is its own. */
const start = (): Secrets => managedSecrets({ client, prefix: 'billfold', clock: () => now });
describe('a secret that is rotated', () => {
  test('is understood at every moment, whichever side learns of which step first', async () => {
    const rotation = [
      { AWSCURRENT: 'one' },
      { AWSCURRENT: 'one', AWSPENDING: 'two' },
      { AWSCURRENT: 'two', AWSPREVIOUS: 'one' },
      { AWSCURRENT: 'two', AWSPREVIOUS: 'one', AWSPENDING: 'three' },
      { AWSCURRENT: 'three', AWSPREVIOUS: 'two' },
    ];
    // Two processes that look at other times; a step lasts a little longer than what is known.
    const QUARTERS = 5;
    for (const [sayingFrom, checkingFrom] of [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b] as const))) {
      const [saying, checking] = [start(), start()];
      for (const [step, stages] of rotation.entries()) {
        aws.set(NAME, stages);
        for (let quarter = 0; quarter < QUARTERS; quarter++, now += FRESH_MS / 4) {
          const at = step * QUARTERS + quarter;
          const said = at >= sayingFrom ? await got(saying.current(KEY)) : 'one';
          if (at < checkingFrom) continue;
          expect(await got(checking.candidates(KEY)), JSON.stringify({ at, sayingFrom, checkingFrom })).toContain(said);
        }
      }
    }
  });

  test('is asked for once a minute, by however many', async () => {
    aws.set(NAME, { AWSCURRENT: 'one' });
    const secrets = start();
    await Promise.all(Array.from({ length: 20 }, () => got(secrets.current(KEY))));
    now += FRESH_MS - 1;
    await got(secrets.current(KEY));
    expect(aws.asked).toHaveLength(1);
    now += 1;
    await got(secrets.current(KEY));
    expect(aws.asked).toHaveLength(2);
  });

  test('that is the same in two stages is one candidate', async () => {
    aws.set(NAME, { AWSCURRENT: 'one', AWSPENDING: 'one' });
    expect(await got(start().candidates(KEY))).toEqual(['one']);
  });
});

describe('while Secrets Manager does not answer', () => {
  test('what was known goes on, and no longer than a quarter of an hour', async () => {
    aws.set(NAME, { AWSCURRENT: 'two', AWSPREVIOUS: 'one' });
    const secrets = start();
    await got(secrets.current(KEY));
    await got(secrets.candidates(KEY));
    aws.fail('InternalServiceError');
    now += STALE_MS - 1;
    expect(await got(secrets.current(KEY))).toBe('two');
    expect(await got(secrets.candidates(KEY))).toEqual(['two', 'one']);
    now += 1;
    expect(await secrets.current(KEY)()).toMatchObject(E.left({ type: 'SecretUnavailable', name: KEY }));
    expect(E.isLeft(await secrets.candidates(KEY)())).toBe(true);
    aws.fail(null);
    expect(await got(secrets.current(KEY))).toBe('two');
  });
});

test('a secret without a value is unavailable, and so is one that nobody made', async () => {
  expect(E.isLeft(await start().current(KEY)())).toBe(true);
  expect(E.isLeft(await start().candidates(KEY)())).toBe(true);
});

describe('a file of secrets', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billfold-secrets-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const fileWith = async (content: string): Promise<Secrets> => {
    await writeFile(join(folder, 'secrets.json'), content);
    return fileSecrets(join(folder, 'secrets.json'));
  };

  test('is read as it is now', async () => {
    const secrets = await fileWith(JSON.stringify({ [KEY]: { current: 'one' } }));
    expect(await got(secrets.candidates(KEY))).toEqual(['one']);
    await fileWith(JSON.stringify({ [KEY]: { current: 'two', previous: 'one', pending: 'three' } }));
    expect(await got(secrets.current(KEY))).toBe('two');
    expect(await got(secrets.candidates(KEY))).toEqual(['three', 'two', 'one']);
  });

  test.each([
    '{"middleware-key":{"current":"Zx9-canary"',
    '{"middleware-key":"Zx9-canary"}',
    '{"other":{"current":"Zx9-canary"}}',
  ])('that is not one says so without a word of it: %s', async (content) => {
    const read = await (await fileWith(content)).current(KEY)();
    expect(E.isLeft(read)).toBe(true);
    expect(JSON.stringify(read)).not.toContain('canary');
  });

  test('that is not there is unavailable', async () => {
    expect(E.isLeft(await fileSecrets(join(folder, 'none.json')).current(KEY)())).toBe(true);
  });
});
