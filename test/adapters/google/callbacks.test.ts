import fc from 'fast-check';
import Fastify from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Once } from '#adapters/delivery/budget.ts';
import { type Callback, callbacks } from '#adapters/google/callbacks.ts';
import { type FetchKeys, rootKeys } from '#adapters/google/rootKeys.ts';
import { lengthPrefixed } from '#adapters/google/signedMessage.ts';
import type { Rate } from '#adapters/http/boundedRate.ts';
import { memoryOnce } from '#adapters/memory/budget.ts';
import { googleSigner } from '#test/support/googleSigner.ts';
import { ISSUER } from '#test/support/googleWallet.ts';

const start = Date.UTC(2026, 10, 22);
const signer = googleSigner(start);
let nonce = 0;
const saved = (more: object = {}) => ({
  ...{ classId: `${ISSUER}.loyalty`, objectId: `${ISSUER}.m-abc`, expTimeMillis: start + 600_000 },
  ...{ eventType: 'save', nonce: `n-${++nonce}`, ...more },
});

type Options = { readonly fetchKeys?: FetchKeys; readonly once?: Once; readonly rate?: Rate };
const listen = async (options: Options = {}) => {
  let now = start;
  const clock = () => now;
  const told: Callback[] = [];
  let fetched = 0;
  const fetchKeys = () => {
    fetched += 1;
    return (options.fetchKeys ?? (() => Promise.resolve(signer.keys)))();
  };
  const server = Fastify();
  onTestFinished(() => server.close());
  const { once = memoryOnce({ clock }) } = options;
  server.register(
    callbacks({
      issuerId: ISSUER,
      rootKeys: rootKeys(fetchKeys, clock),
      once,
      clock,
      onCallback: (one) => void told.push(one),
      ...(options.rate !== undefined && { rate: options.rate }),
    }),
  );
  const ask = (body: unknown, remoteAddress = '192.0.2.1') => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    return server.inject({ method: 'POST', url: '/google/callbacks', headers, payload, remoteAddress });
  };
  const post = async (body: unknown): Promise<number> => (await ask(body)).statusCode;
  const wait = (ms: number): void => {
    now += ms;
  };
  return { ask, post, told, wait, fetched: () => fetched };
};

test('signed are fields after their lengths in four bytes, the least first', () => {
  expect(lengthPrefixed(['Google', 'é']).toString('hex')).toBe('06000000476f6f676c65' + '02000000c3a9');
});

describe('what Google tells of a holder', () => {
  test('is passed on once, however often it is told', async () => {
    const { post, told } = await listen();
    const [first, second] = [saved(), saved({ eventType: 'del', expTimeMillis: `${start + 600_000}` })].map((one) =>
      signer.envelope(one),
    );
    expect(await Promise.all([post(first), post(second), post(first)])).toEqual([200, 200, 200]);
    expect(await post(first)).toBe(200);
    expect(told).toEqual([
      { type: 'Saved', classId: `${ISSUER}.loyalty`, objectId: `${ISSUER}.m-abc`, at: start },
      { type: 'Deleted', classId: `${ISSUER}.loyalty`, objectId: `${ISSUER}.m-abc`, at: start },
    ]);
  });

  test('does not verify for another issuer, from another sender, or under keys of somebody else', async () => {
    const { post, told } = await listen();
    expect(await post(signer.envelope(saved(), { recipient: '3388000000099999999' }))).toBe(401);
    expect(await post(signer.envelope(saved(), { sender: 'Google' }))).toBe(401);
    expect(await post(googleSigner(start).envelope(saved()))).toBe(401);
    const [ours, theirs] = [signer.envelope(saved()), googleSigner(start).envelope(saved())];
    expect(await post({ ...theirs, intermediateSigningKey: ours.intermediateSigningKey })).toBe(401);
    expect(told).toEqual([]);
  });

  test('does not verify once its key, or it itself, has expired', async () => {
    const { post, wait } = await listen();
    const message = signer.envelope(saved());
    expect(await post(signer.envelope(saved(), { signedKey: signer.signedKeyUntil(start) }))).toBe(401);
    expect(await post(signer.envelope(saved({ expTimeMillis: start })))).toBe(401);
    wait(600_001);
    expect(await post(message)).toBe(401);
  });

  test('does not verify with any character changed', async () => {
    const { post, told } = await listen();
    const good = signer.envelope(saved());
    const places = [
      (text: string) => ({ ...good, signature: text }),
      (text: string) => ({ ...good, signedMessage: text }),
      (text: string) => ({ ...good, intermediateSigningKey: { ...good.intermediateSigningKey, signedKey: text } }),
      (text: string) => ({ ...good, intermediateSigningKey: { ...good.intermediateSigningKey, signatures: [text] } }),
      (text: string) => ({ ...good, protocolVersion: text }),
    ];
    const { intermediateSigningKey: key } = good;
    const texts = [good.signature, good.signedMessage, key.signedKey, key.signatures[0]!, good.protocolVersion];
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.nat(), async (which, at) => {
        const text = texts[which]!;
        const index = at % (text.length - (which === 0 || which === 3 ? 4 : 0));
        const changed = `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`;
        expect([400, 401]).toContain(await post(places[which]!(changed)));
      }),
      { numRuns: 200 },
    );
    expect(told).toEqual([]);
    expect(await post(good)).toBe(200);
  });

  test('comes no faster from one network than it may, and is told when to come again', async () => {
    const { ask, told, wait, fetched } = await listen({ rate: { perSecond: 0.5, burst: 3 } });
    const forged = signer.envelope(saved(), { sender: 'Google' });
    const from = async (address: string, body: unknown = forged) => (await ask(body, address)).statusCode;
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')]).toEqual([401, 401, 401]);
    const before = fetched();
    const { statusCode, headers, body } = await ask(signer.envelope(saved()), '2001:db8::4');
    expect({ statusCode, wait: headers['retry-after'] }).toEqual({ statusCode: 429, wait: '2' });
    expect(JSON.parse(body)).toMatchObject({ status: 429 });
    expect([fetched(), told]).toEqual([before, []]);
    expect(await from('192.0.2.7', signer.envelope(saved()))).toBe(200);
    wait(2_000);
    expect(await from('2001:db8::4', signer.envelope(saved()))).toBe(200);
  });

  test('is refused where it is something else, or larger than it may be', async () => {
    const { post } = await listen();
    for (const body of [
      '',
      '{',
      '[]',
      '{"protocolVersion":"ECv1"}',
      signer.envelope('no json'),
      signer.envelope({ a: 1 }),
    ])
      expect(await post(body)).toBe(400);
    expect(await post(signer.envelope(saved({ objectId: '1.other' })))).toBe(400);
    expect(await post('x'.repeat(20_000))).toBe(413);
  });
});

describe('the keys that Google signs with', () => {
  test('are asked for once in an hour, and again where a signature is not of one of them, once in a minute', async () => {
    const next = googleSigner(start);
    let keys = signer.keys;
    const { post, fetched, wait } = await listen({ fetchKeys: async () => keys });
    await Promise.all(Array.from({ length: 10 }, () => post(signer.envelope(saved()))));
    expect(fetched()).toBe(1);
    keys = next.keys;
    expect(await post(next.envelope(saved()))).toBe(401);
    wait(60_000);
    expect(await post(next.envelope(saved()))).toBe(200);
    expect(fetched()).toBe(2);
    for (let at = 0; at < 20; at++) await post(googleSigner(start).envelope(saved()));
    expect(fetched()).toBe(2);
  });

  test('that cannot be had are those known before; without any Google is asked to come again', async () => {
    const google: { isDown: boolean } = { isDown: true };
    const fetchKeys = async () => {
      if (google.isDown) throw new Error('down');
      return signer.keys;
    };
    const { post, wait, told } = await listen({ fetchKeys });
    const message = signer.envelope(saved({ expTimeMillis: start + 86_400_000 }));
    expect(await post(message)).toBe(503);
    google.isDown = false;
    wait(60_000);
    expect(await post(message)).toBe(200);
    google.isDown = true;
    wait(3_400_000);
    expect(await post(signer.envelope(saved({ expTimeMillis: start + 86_400_000 })))).toBe(200);
    expect(told).toHaveLength(2);
  });

  test('are of no use without the memory of what was told: nothing is passed on twice for that', async () => {
    const once: Once = () => TE.left({ type: 'StoreUnavailable', operation: 'once', reason: 'down' });
    const { post, told } = await listen({ once });
    expect(await post(signer.envelope(saved()))).toBe(503);
    expect(told).toEqual([]);
  });
});
