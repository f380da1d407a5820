import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryLastSeen } from '#adapters/consumer/lastSeen.ts';
import { verifyWebhook, type WebhookReceiverOptions } from '#adapters/consumer/verifyWebhook.ts';
import { signed, signingKey } from '#adapters/webhook/signature.ts';

/** The example that the reference libraries of Standard Webhooks are tested with (libraries/javascript/src/webhook.test.ts, read November 2026). */
const KNOWN = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
type Signed = typeof KNOWN;

const headersOf = ({ id, timestamp, signature }: Signed) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
});
const again = (more: Partial<Signed>): Signed => {
  const message = { ...KNOWN, ...more };
  const key = Buffer.from(message.secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${message.id}.${message.timestamp}.${message.body}`).digest('base64');
  return { ...message, signature: `v1,${mac}` };
};
const receiving = (
  options: Partial<WebhookReceiverOptions> = {},
  answer: () => number | Promise<number> = () => 204,
) => {
  const handled: string[] = [];
  const receive = verifyWebhook({
    ...{ secrets: () => [KNOWN.secret], lastSeen: memoryLastSeen(), now: () => KNOWN.timestamp * 1_000 },
    ...options,
  });
  const post = async (message: Signed, headers: Record<string, string> = headersOf(message)): Promise<number> => {
    const { status, reason } = await receive({ headers, body: message.body }, (body) => {
      handled.push(body);
      return answer();
    });
    expect(reason).toEqual(status === 401 || status === 409 ? expect.any(String) : reason);
    return status;
  };
  return { post, handled };
};

describe('what signs a webhook', () => {
  test('signs the known message as the reference libraries do', () => {
    const key = signingKey(KNOWN.secret);
    if (key._tag === 'Left') throw new Error(key.left);
    expect(signed([key.right], KNOWN.id, KNOWN.timestamp, KNOWN.body).signatures).toBe(KNOWN.signature);
  });

  test.each([
    'canary',
    'whsec_',
    'whsec_Y2FuYXJ5',
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    `whsec_${'!'.repeat(40)}`,
  ])('takes no other secret than whsec_ and 24 to 64 bytes: %s', (secret) => {
    expect(signingKey(secret)).toMatchObject({ _tag: 'Left' });
  });
});

describe('a receiver of webhooks', () => {
  test('handles what is signed, as text, and answers as it is told', async () => {
    const { post, handled } = receiving({}, () => 202);
    expect(await post(KNOWN)).toBe(202);
    expect(handled).toEqual([KNOWN.body]);
  });

  test('takes bytes and the headers of fetch as well', async () => {
    const receive = verifyWebhook({
      secrets: () => [KNOWN.secret],
      lastSeen: memoryLastSeen(),
      now: () => KNOWN.timestamp * 1_000,
    });
    const request = { headers: new Headers(headersOf(KNOWN)), body: Buffer.from(KNOWN.body) };
    expect(await receive(request, () => 204)).toEqual({ status: 204, reason: null });
  });

  test.each<readonly [string, Partial<Record<string, string>>]>([
    ['without an id', { 'webhook-id': '' }],
    ['with another id', { 'webhook-id': 'msg_2' }],
    ['without a time', { 'webhook-timestamp': '' }],
    ['with a time that is none', { 'webhook-timestamp': '1e9' }],
    ['with another time', { 'webhook-timestamp': String(KNOWN.timestamp + 1) }],
    ['without a signature', { 'webhook-signature': '' }],
    ['with a signature of nothing', { 'webhook-signature': 'v1,' }],
    ['with a part of the signature', { 'webhook-signature': KNOWN.signature.slice(0, 12) }],
    ['with a signature of another version', { 'webhook-signature': KNOWN.signature.replace('v1,', 'v1a,') }],
    ['with signatures of others', { 'webhook-signature': again({ secret: `whsec_${'A'.repeat(32)}` }).signature }],
  ])('refuses what comes %s', async (_what, headers) => {
    const { post, handled } = receiving();
    expect(await post(KNOWN, { ...headersOf(KNOWN), ...headers } as Record<string, string>)).toBe(401);
    expect(handled).toEqual([]);
  });

  test('refuses a body that was changed by one byte', async () => {
    const { post } = receiving();
    expect(await post({ ...KNOWN, body: KNOWN.body.replace('4', '5') })).toBe(401);
  });

  test.each([
    [301, 401],
    [300, 204],
    [-300, 204],
    [-301, 401],
  ])('signed %i s before now: %i', async (age, status) => {
    const { post } = receiving({ now: () => (KNOWN.timestamp + age) * 1_000 });
    expect(await post(KNOWN)).toBe(status);
  });

  test('knows any of several signatures, and any of several secrets: either side may learn of a new one first', async () => {
    const other = again({ secret: `whsec_${'B'.repeat(32)}` });
    const both = { ...headersOf(KNOWN), 'webhook-signature': `v2,x ${other.signature} ${KNOWN.signature}` };
    expect(await receiving().post(KNOWN, both)).toBe(204);
    expect(await receiving({ secrets: () => ['not one', other.secret, KNOWN.secret] }).post(KNOWN)).toBe(204);
  });

  test('refuses a replay, and takes what is signed anew', async () => {
    const { post, handled } = receiving();
    expect([await post(KNOWN), await post(KNOWN)]).toEqual([204, 409]);
    expect(await post(again({ timestamp: KNOWN.timestamp + 1 }))).toBe(204);
    expect(await post(KNOWN)).toBe(409);
    expect(handled).toHaveLength(2);
  });

  test('what could not be handled may come again as it is', async () => {
    const answers = [503, 500, 204];
    const { post } = receiving({}, () => {
      const status = answers.shift() ?? 0;
      if (status === 500) throw new Error('canary');
      return status;
    });
    expect([await post(KNOWN), await post(KNOWN), await post(KNOWN), await post(KNOWN)]).toEqual([503, 500, 204, 409]);
  });

  test('handles the same one once at a time', async () => {
    let release = (_status: number): void => undefined;
    const { post } = receiving(
      {},
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const first = post(KNOWN);
    await new Promise((resolve) => setImmediate(resolve));
    const receive = post(again({ timestamp: KNOWN.timestamp + 1 }));
    expect(await receive).toBe(503);
    release(204);
    expect(await first).toBe(204);
  });

  test('forgets in the end what came: its memory is bounded by what comes in that time', async () => {
    let now = KNOWN.timestamp * 1_000;
    const lastSeen = memoryLastSeen({ forgetAfterMs: 600_000, now: () => now });
    const turn = await lastSeen.begin({ key: 'a', mark: 1, forgettable: true });
    if (turn.type === 'Go') await turn.done();
    expect(await lastSeen.begin({ key: 'a', mark: 1, forgettable: true })).toEqual({ type: 'Seen' });
    now += 600_000;
    const other = await lastSeen.begin({ key: 'b', mark: 1, forgettable: true });
    if (other.type === 'Go') await other.done();
    expect(await lastSeen.begin({ key: 'a', mark: 1, forgettable: true })).toMatchObject({ type: 'Go' });
  });
});
