import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundledFunctions, bundleOf, bundleOfClients } from '#test/support/bundle.ts';

const MOST_OF_CLIENTS = 1.3;
/** Of a function that asks no service of AWS, or asks none through the SDK. */
const MOST_BYTES_ALONE = 100_000;

/** By the clients: many functions use the same. */
const bare = new Map<string, Promise<Bundle>>();
const sizeAllowed = async ({ clients }: Bundle): Promise<number> => {
  if (clients.length === 0) return MOST_BYTES_ALONE;
  const names = clients.join();
  const made = bare.get(names) ?? bundleOfClients(clients, 'whole');
  bare.set(names, made);
  return (await made).code.length * MOST_OF_CLIENTS;
};

describe.each(bundledFunctions)('the bundle of %s', (name) => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundleOf(name);
  });

  test('is hardly larger than the bare clients that it uses', async () => {
    expect(bundle.code.length).toBeLessThanOrEqual(await sizeAllowed(bundle));
  });

  test('holds nothing that only a laptop needs, and no part of Temporal as classes', () => {
    const { files } = bundle;
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => /^adapters\/(?:cli|http|local|memory|sample|schema)\//.test(file))).toEqual([]);
    expect(files.filter((file) => /temporal-polyfill\/chunks\/classApi|node_modules\/commander/.test(file))).toEqual(
      [],
    );
  });
});

test('every handler of the functions that are there is bundled', () => {
  expect(bundledFunctions).toEqual(
    expect.arrayContaining(['ingest', 'projector', 'announcer', 'walletEvent', 'clock', 'walk']),
  );
});
