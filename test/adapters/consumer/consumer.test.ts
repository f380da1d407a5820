import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Consumer, consumer, type Handlers, httpStatus } from '#adapters/consumer/consumer.ts';
import { type LastSeen, memoryLastSeen } from '#adapters/consumer/lastSeen.ts';
import type { WalletEvent } from '#domain/index.ts';
import { detailArb, walletEventArb } from '#test/support/publishedArbs.ts';

const [sample] = fc.sample(walletEventArb, { numRuns: 1, seed: 7 }) as [WalletEvent];
const wallet = (memberId: string, revision: number, type: WalletEvent['type'] = 'WalletPassUpdated') => ({
  ...{ version: '0', id: `${memberId}-${revision}`, source: 'billfold.wallet', 'detail-type': type },
  ...{ account: '0', time: '2026-05-01T12:00:00Z', region: 'local', resources: [] },
  detail: {
    ...sample.detail,
    metadata: { ...sample.detail.metadata, memberId, revision, eventId: `${memberId}.1.${revision}` },
  },
});
const [enrolled] = fc.sample(detailArb('MemberEnrolled'), { numRuns: 1, seed: 7 });
const domain = { source: 'billfold.domain', 'detail-type': 'MemberEnrolled', detail: enrolled };
const sqs = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
});

/** A consumer that notes what it applied, as "member revision". */
const noting = (others: Handlers = {}, lastSeen: LastSeen = memoryLastSeen()) => {
  const applied: string[] = [];
  const note = async ({ detail: { metadata } }: WalletEvent): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    applied.push(`${metadata.memberId} ${metadata.revision}`);
  };
  const kit: Consumer = consumer({ on: { WalletPassUpdated: note, ...others }, lastSeen });
  return { ...kit, applied };
};

describe('a consumer', () => {
  test.each<[string, unknown]>([
    ['an envelope', wallet('a', 1)],
    ['the text of one', JSON.stringify(wallet('a', 1))],
    ['type and detail', { type: 'WalletPassUpdated', detail: wallet('a', 1).detail }],
    ['the text of both', JSON.stringify({ type: 'WalletPassUpdated', detail: wallet('a', 1).detail })],
  ])('takes %s', async (_, message) => {
    const kit = noting();
    expect(await kit.receive(message)).toEqual({ type: 'Applied' });
    expect(kit.applied).toEqual(['a 1']);
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'expected JSON'],
    ['no event', { hello: 1 }, 'expected an EventBridge envelope, a CloudEvent, or { type, detail }'],
    ['nothing', undefined, 'expected an EventBridge envelope'],
    ['another shape', { ...wallet('a', 1), detail: { metadata: {} } }, 'expected'],
    [
      'a shape that is wrong deep inside, whose value it does not tell',
      {
        ...wallet('a', 1),
        detail: { ...wallet('a', 1).detail, metadata: { ...wallet('a', 1).detail.metadata, revision: 'Ada' } },
      },
      'metadata.revision: expected number',
    ],
  ])('refuses %s, and says where', async (_, message, reason) => {
    const outcome = await noting().receive(message);
    expect(outcome).toEqual({ type: 'Refused', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(outcome)).not.toContain('Ada');
  });

  test('takes what was added to an event', async () => {
    const event = wallet('a', 1);
    const more = { ...event, detail: { ...event.detail, more: 1, metadata: { ...event.detail.metadata, more: 1 } } };
    expect(await noting().receive(more)).toEqual({ type: 'Applied' });
  });

  test('ignores what is somebody else’s, of a type unheard of, or without a handler', async () => {
    const kit = noting();
    expect(await kit.receive({ ...wallet('a', 1), source: 'somebody' })).toEqual({ type: 'Ignored' });
    expect(await kit.receive({ ...wallet('a', 1), 'detail-type': 'WalletPassFolded' })).toEqual({ type: 'Ignored' });
    expect(await kit.receive({ ...wallet('a', 1), 'detail-type': 'toString' })).toEqual({ type: 'Ignored' });
    expect(await kit.receive(domain)).toEqual({ type: 'Ignored' });
    expect(kit.applied).toEqual([]);
  });

  test('drops a revision that is not above the last one applied of that member', async () => {
    const kit = noting();
    for (const revision of [2, 1, 2, 4, 3]) await kit.receive(wallet('a', revision));
    await kit.receive(wallet('b', 1));
    expect(kit.applied).toEqual(['a 2', 'a 4', 'b 1']);
    expect(await kit.receive(wallet('a', 3))).toEqual({ type: 'Stale' });
  });

  test('drops an older pass also where nobody handles the newer one', async () => {
    const kit = noting();
    expect(await kit.receive(wallet('a', 5, 'WalletPassWithdrawn'))).toEqual({ type: 'Ignored' });
    expect(await kit.receive(wallet('a', 4))).toEqual({ type: 'Stale' });
  });

  test('applies a domain event once', async () => {
    const seen: string[] = [];
    const kit = noting({ MemberEnrolled: ({ detail }) => void seen.push(detail.data.current.standing) });
    expect(await kit.receive(domain)).toEqual({ type: 'Applied' });
    expect(await kit.receive(domain)).toEqual({ type: 'Stale' });
    expect(seen).toHaveLength(1);
  });

  test('applies again what failed, and what was applied but not recorded', async () => {
    let failures = 2;
    const lastSeen = memoryLastSeen();
    const forgetful: LastSeen = {
      begin: async (place) => {
        const turn = await lastSeen.begin(place);
        if (turn.type !== 'Go') return turn;
        return {
          ...turn,
          done: async () =>
            failures-- > 0 ? turn.undone().then(() => Promise.reject(new Error('down'))) : turn.done(),
        };
      },
    };
    const kit = noting({}, forgetful);
    expect(await kit.receive(wallet('a', 1))).toEqual({ type: 'Failed', reason: 'down' });
    expect(await kit.receive(wallet('a', 1))).toEqual({ type: 'Failed', reason: 'down' });
    expect(await kit.receive(wallet('a', 1))).toEqual({ type: 'Applied' });
    expect(kit.applied).toEqual(['a 1', 'a 1', 'a 1']);
  });

  test('applies what comes at once of one member one after the other, and of several side by side', async () => {
    let atWork = 0;
    let most = 0;
    const of = new Map<string, number>();
    const kit = noting({
      WalletPassUpdated: async ({ detail: { metadata } }) => {
        most = Math.max(most, ++atWork);
        expect(of.get(metadata.memberId) ?? 0).toBeLessThan(metadata.revision);
        of.set(metadata.memberId, Number.POSITIVE_INFINITY);
        await new Promise((resolve) => setTimeout(resolve, 2));
        of.set(metadata.memberId, metadata.revision);
        atWork--;
      },
    });
    const messages = ['a', 'b', 'c'].flatMap((member) => [3, 1, 2, 3].map((revision) => wallet(member, revision)));
    const outcomes = await Promise.all(messages.map(kit.receive));
    expect(outcomes.map(({ type }) => type)).not.toContain('Failed');
    expect(most).toBe(3);
  });

  test('whatever the order and the repetitions, the newest pass is applied, and last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 }), async (revisions) => {
        const kit = noting();
        await Promise.all(revisions.map((revision) => kit.receive(wallet('a', revision))));
        const applied = kit.applied.map((line) => Number(line.split(' ')[1]));
        expect(applied).toEqual([...new Set(applied)].toSorted((a, b) => a - b));
        expect(applied.at(-1)).toBe(Math.max(...revisions));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a batch of SQS messages', () => {
  test('is applied oldest revision first, and a message that is bad fails alone', async () => {
    const kit = noting();
    const response = await kit.sqs(sqs(wallet('a', 2), '{', wallet('a', 1), { hello: 1 }, wallet('b', 1)));
    expect(new Set(kit.applied)).toEqual(new Set(['a 1', 'a 2', 'b 1']));
    expect(kit.applied.indexOf('a 1')).toBeLessThan(kit.applied.indexOf('a 2'));
    expect(new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))).toEqual(
      new Set(['m1', 'm3']),
    );
  });

  test('an effect that fails is one message of them', async () => {
    const kit = noting({
      WalletPassUpdated: ({ detail: { metadata } }) => {
        if (metadata.memberId === 'b') throw new Error('no such customer');
      },
    });
    expect(await kit.sqs(sqs(wallet('a', 1), wallet('b', 1)))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
  });
});

describe('a Lambda on a rule', () => {
  test('rejects what should come again, and nothing else', async () => {
    const kit = noting({ WalletPassIssued: () => Promise.reject(new Error('no answer')) });
    await kit.event(wallet('a', 1));
    await kit.event(wallet('a', 1));
    await expect(kit.event(wallet('b', 1, 'WalletPassIssued'))).rejects.toThrow('no answer');
    await expect(kit.event({})).rejects.toThrow('expected an EventBridge envelope');
  });

  test('rejects what another process is busy with', async () => {
    const lastSeen: LastSeen = { begin: async () => ({ type: 'Busy' }) };
    await expect(noting({}, lastSeen).event(wallet('a', 1))).rejects.toThrow('another event of this member');
  });
});

test.each<[Parameters<typeof httpStatus>[0], number]>([
  [{ type: 'Applied' }, 204],
  [{ type: 'Stale' }, 204],
  [{ type: 'Ignored' }, 204],
  [{ type: 'Refused', reason: '' }, 400],
  [{ type: 'Busy' }, 503],
  [{ type: 'Failed', reason: '' }, 503],
])('a POST that was %j is answered with %d', (outcome, status) => {
  expect(httpStatus(outcome)).toBe(status);
});
