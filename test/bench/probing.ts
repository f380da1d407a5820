import { setTimeout as sleep } from 'node:timers/promises';
import { eventStream } from '#adapters/cli/eventStream.ts';
import type { Pass } from '#domain/index.ts';
import { contactId } from '#test/support/changeEvents.ts';
import { buy, enrolled, type Members, type Put } from './overloadMembers.ts';

const FIRST_SERIAL = 100_000;
const PROBES = 20;
const EVERY_MS = 200;
const PATIENCE_MS = 300_000;

/** One change now and then, each of a member who has no other under way, followed to the wallet bus. */
export const probing = async (url: string, put: Put) => {
  const members: Members = await enrolled(put, PROBES, FIRST_SERIAL);
  const waiting = new Map<string, { readonly purchases: number; readonly seen: () => void }>();
  const hangUp = new AbortController();
  const client = { request: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init) };
  const events = eventStream({ client, bus: 'wallet', after: 0, signal: hangUp.signal, onLost: () => undefined });
  const following = (async (): Promise<void> => {
    for await (const { detail } of events) {
      const { memberId, spend } = (detail as { readonly data: { readonly pass: Pass } }).data.pass;
      const probe = waiting.get(memberId);
      if (probe !== undefined && spend.purchases >= probe.purchases) probe.seen();
    }
  })();

  /** Milliseconds from when PutEvents took it to when it was seen; asked again for as long as it is refused. */
  const probe = async (serial: number): Promise<number> => {
    const seen = Promise.withResolvers<void>();
    const memberId = contactId(serial);
    waiting.set(memberId, { purchases: (members.get(serial) ?? 0) + 1, seen: seen.resolve });
    const own: Members = new Map([[serial, members.get(serial) ?? 0]]);
    for (;;) {
      const askedAt = performance.now();
      const answered = await buy(put, own, 1);
      if (answered.type === 'refused') {
        await sleep(Number(answered.retryAfter ?? 1) * 1_000 * (0.5 + Math.random()));
        continue;
      }
      members.set(serial, own.get(serial) ?? 0);
      await Promise.race([seen.promise, sleep(PATIENCE_MS, null, { ref: false })]);
      waiting.delete(memberId);
      return performance.now() - askedAt;
    }
  };

  return {
    members,
    /** How long each took that was sent before this ended. */
    during: async (work: Promise<unknown>): Promise<readonly number[]> => {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      const free = [...members.keys()];
      const lags: number[] = [];
      const underWay = new Set<Promise<void>>();
      while (!isOver) {
        const serial = free.shift();
        if (serial !== undefined) {
          const one = probe(serial).then((lag) => {
            lags.push(lag);
            free.push(serial);
            underWay.delete(one);
          });
          underWay.add(one);
        }
        await Promise.race([over, sleep(EVERY_MS)]);
      }
      await over;
      await Promise.all(underWay);
      return lags;
    },
    stop: async (): Promise<void> => {
      hangUp.abort();
      await following.catch(() => undefined);
    },
  };
};
