import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test, vi } from 'vitest';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { recentStreams } from '#adapters/local/recentStreams.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { type EventStore, type Head, memberKeyId } from '#domain/index.ts';
import { eventStoreContract } from '#test/contract/eventStore.ts';
import { appendOf, bought, enrolled, got, memberId, stream } from '#test/contract/given.ts';

const open = (options: { readonly mostEvents?: number; readonly keptMs?: number } = {}) => {
  const keys = memoryKeys();
  const store = memoryEventStore(emptyMemory(), keys);
  const read: Parameters<EventStore['load']>[1][] = [];
  const load: EventStore['load'] = (name, range) => {
    read.push(range);
    return store.load(name, range);
  };
  const events: EventStore = { ...store, ...recentStreams({ events: { load }, keys, ...options }) };
  return { store, events, keys, read };
};

eventStoreContract('streams read a moment ago', async () => open());

describe('streams read a moment ago', () => {
  test('are read again from where they were known to, and say what the store says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ append: fc.integer({ min: 1, max: 3 }) }),
            fc.record({ from: fc.integer({ min: 1, max: 12 }), length: fc.option(fc.integer({ min: 1, max: 6 })) }),
          ),
          { maxLength: 20 },
        ),
        async (steps) => {
          const { store, events } = open();
          let head: Head | undefined;
          for (const [at, step] of steps.entries()) {
            if ('append' in step) {
              const bulk = Array.from({ length: step.append }, (_, index) => bought(`80${at}${index}`));
              head = await got(store.append(appendOf([enrolled('Zoë'), ...bulk], head)));
            } else {
              const range = { from: step.from, ...(step.length !== null && { to: step.from + step.length - 1 }) };
              expect(await got(events.load(stream, range))).toEqual(await got(store.load(stream, range)));
            }
          }
        },
      ),
    );
  });

  test('are asked of the store no more than what came since', async () => {
    const { store, events, read } = open();
    const head = await got(store.append(appendOf([enrolled('Zoë'), bought('801')])));
    await got(events.load(stream));
    await got(store.append(appendOf([bought('802')], head)));
    await got(events.load(stream));
    await got(events.load(stream, { from: 2, to: 3 }));
    await got(events.load(stream, { from: 9, to: 12 }));
    expect(read).toEqual([{ from: 1 }, { from: 3 }, { from: 9, to: 12 }]);
  });

  test('tell nothing personal once the key is destroyed', async () => {
    const { store, events, keys } = open();
    await got(store.append(appendOf([enrolled('Zoë')])));
    expect(JSON.stringify(await got(events.load(stream)))).toContain('Zoë');
    await got(keys.destroy(memberKeyId(memberId)));
    expect(JSON.stringify(await got(events.load(stream)))).not.toContain('Zoë');
  });

  test('are kept for a while, and so many', async () => {
    vi.useFakeTimers();
    try {
      const { store, events, read } = open({ mostEvents: 2, keptMs: 1_000 });
      await got(store.append(appendOf([bought('801')])));
      await got(events.load(stream));
      vi.advanceTimersByTime(1_000);
      await got(events.load(stream));
      expect(read.at(-1)).toEqual({ from: 1 });
      await got(store.append({ ...appendOf([bought('802'), bought('803')]), head: await got(store.head(stream)) }));
      await got(events.load(stream));
      await got(events.load(stream));
      expect(read.at(-1)).toEqual({ from: 1 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('let go of while more is read are not kept from their middle on', async () => {
    vi.useFakeTimers();
    try {
      const { store, events: ofStore, keys } = open();
      const events = recentStreams({
        ...{ keys, keptMs: 1_000 },
        events: {
          load: (name, range) => async () => {
            if ((range?.from ?? 1) > 1) vi.advanceTimersByTime(1_000);
            return store.load(name, range)();
          },
        },
      });
      const head = await got(store.append(appendOf([enrolled('Zoë')])));
      await got(events.load(stream));
      await got(store.append(appendOf([bought('801')], head)));
      expect(await got(events.load(stream))).toHaveLength(2);
      expect(await got(events.load(stream))).toEqual(await got(ofStore.load(stream)));
    } finally {
      vi.useRealTimers();
    }
  });

  test('fail as the store does, and are read by the next one who asks', async () => {
    const { events, keys, store } = open();
    const out = new Set([stream]);
    const flaky = recentStreams({
      keys,
      events: {
        load: (name, range) =>
          out.has(name)
            ? async () => E.left({ type: 'StoreUnavailable', operation: 'load', reason: 'out' })
            : events.load(name, range),
      },
    });
    await got(store.append(appendOf([bought('801')])));
    expect(E.isLeft(await flaky.load(stream)())).toBe(true);
    out.clear();
    expect(await got(flaky.load(stream))).toHaveLength(1);
  });
});
