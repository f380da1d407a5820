import * as t from 'io-ts';

export const orNull = <C extends t.Mixed>(codec: C) => t.union([codec, t.null]);

/** A list, a page at a time. next: the cursor to ask with as `after`; null: this was the last page. */
export const pageOf = <C extends t.Mixed>(item: C, name: string) =>
  t.strict({ items: t.readonlyArray(item), next: orNull(t.string) }, name);

/** Which feed, and where in it: an entry of a bus, or a line of a file (offset in bytes). */
export const Origin = t.union(
  [
    t.strict({ type: t.literal('event'), eventId: t.string }),
    t.strict({ type: t.literal('file'), file: t.string, offset: t.number }),
  ],
  'Origin',
);

export const Lane = t.keyof({ live: null, bulk: null }, 'Lane');
