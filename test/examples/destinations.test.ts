import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { namesOf, secretsOf } from '#adapters/middleware/destinations.ts';
import { loadDestinations } from '#adapters/middleware/loadDestinations.ts';

test('the destinations of the README can be used, and name the secrets they need', async () => {
  const loaded = await loadDestinations(fileURLToPath(new URL('destinations.json', import.meta.url)));
  if (E.isLeft(loaded)) throw new Error(loaded.left.join('\n'));
  const { destinations } = loaded.right;
  expect(namesOf(destinations)).toEqual(['apple', 'google', 'crm']);
  expect(secretsOf(destinations)).toEqual([
    'apple-certificate',
    'apple-token-key',
    'google-service-account',
    'webhook-crm',
  ]);
});
