import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { journalTail } from './journalTail.ts';
import type { LocalItem, LocalTable, LocalWrite } from './localTable.ts';

/** sequence: rising, with holes. parts: how many items hold the entry, the last one at `sequence`. */
export type JournalEntry = { readonly sequence: bigint; readonly parts: number; readonly text: string };

export type Journal = {
  /** Durable before it resolves; the numbers come in the order of the entries. Each entry is whole or absent, up to about 3 MB of text. */
  readonly append: (texts: readonly string[]) => Promise<readonly bigint[]>;
  /** The oldest entries after a sequence number. */
  readonly read: (after: bigint, limit: number) => Promise<readonly JournalEntry[]>;
  /** Forgets everything up to and including a sequence number. */
  readonly remove: (upTo: bigint) => Promise<void>;
  /** Not at once, but with whatever is written next. */
  readonly removeEach: (entries: readonly JournalEntry[]) => Promise<void>;
  /** The last sequence number given, 0n before the first. It survives removal: numbers are never used twice. */
  readonly head: () => Promise<bigint>;
  /** Resolves when there is something after the number, or at the abort. */
  readonly waitForNews: (after: bigint, signal: AbortSignal) => Promise<void>;
};

/**
 * A durable ordered log. One process writes a journal; a second one is noticed and refused by the store. What was appended last is kept in memory, so that
 * whoever follows the journal asks nobody.
 */
export const journal = ({ table }: { readonly table: LocalTable }, name: string): Journal => {
  const p = `journal#${name}`;
  const listeners = new Set<() => void>();
  const tail = journalTail();
  const underWay = new Set<Promise<unknown>>();
  let next: Promise<bigint> | null = null;
  let durableHead = 0n;
  let emptied: bigint | null = null;

  const open = (): Promise<bigint> => {
    next ??= forgetIfItFails(lookUpHead());
    return next;
  };

  const lookUpHead = async (): Promise<bigint> => {
    // An append that is still under way may come out above a number given now; a reader who has seen it would miss the lower one.
    await Promise.allSettled(underWay);
    const item = await table.last(p);
    tail.forget();
    durableHead = item === null ? 0n : versionOf(item);
    emptied = item !== null && isEmptied(item) ? durableHead : null;
    return durableHead + 1n;
  };

  const forgetIfItFails = (opening: Promise<bigint>): Promise<bigint> => {
    opening.catch(() => {
      if (next === opening) next = null;
    });
    return opening;
  };

  const append: Journal['append'] = async (texts) => {
    const packed = await Promise.all(texts.map(split));
    const first = await reserve(BigInt(packed.reduce((sum, parts) => sum + parts.length, 0)));
    let v = first;
    const groups = packed.map((parts) =>
      parts.map(
        (part, index): LocalWrite => ({ type: 'put', p, v: v++, once: true, item: toItem(part, index, parts.length) }),
      ),
    );
    const writing = Promise.all(inTransactions(groups).map((writes) => table.write(writes)));
    underWay.add(writing);
    try {
      await writing;
    } catch (error) {
      // What was written is unknown now: look again before the next append.
      next = null;
      throw error;
    } finally {
      underWay.delete(writing);
    }
    const sequences = groups.map((group) => group[group.length - 1]?.v ?? first);
    const entries = texts.map((text, at) => ({
      ...{ sequence: sequences[at] ?? first, parts: groups[at]?.length ?? 1, text },
    }));
    // Not above the head: something before it is not known to be there, or not yet.
    if (first === durableHead + 1n) tail.add(first, entries);
    else tail.forget();
    if (v - 1n > durableHead) durableHead = v - 1n;
    for (const listener of [...listeners]) listener();
    return sequences;
  };

  /** Numbers are handed out in the order of the calls. */
  const reserve = async (count: bigint): Promise<bigint> => {
    const current = open();
    next = forgetIfItFails(current.then((first) => first + count));
    return current;
  };

  const read: Journal['read'] = async (after, limit) => tail.after(after, limit) ?? readStored(after, limit);

  /** Nothing above the head: whoever removed what is not acknowledged yet would take the place of the next number with it. */
  const readStored: Journal['read'] = async (after, limit) => {
    await open();
    const upTo = durableHead;
    const entries: JournalEntry[] = [];
    const parts: LocalItem[] = [];
    let from = after;
    while (entries.length < limit) {
      const page = await table.page(p, from, Math.max(10, limit - entries.length));
      if (page.length === 0) break;
      for (const item of page) {
        from = versionOf(item);
        if (from > upTo) return entries;
        if (isEmptied(item) || entries.length >= limit) continue;
        parts.push(item);
        if (parts.length === Number(item.parts?.N)) entries.push(await join(parts.splice(0)));
      }
    }
    return entries;
  };

  const removeVersions = async (versions: readonly bigint[], write: LocalTable['write']): Promise<void> => {
    // The newest item keeps the place of the next number, so it is emptied rather than deleted.
    const head = durableHead;
    const before = emptied;
    if (versions.includes(head)) emptied = head;
    else if (before !== head) emptied = null;
    const gone = before === null || before === head || versions.includes(before) ? versions : [...versions, before];
    const writes = gone.map(
      (v): LocalWrite => (v === head ? { type: 'put', p, v, item: {} } : { type: 'delete', p, v }),
    );
    await Promise.all(chunksOf(100, writes).map((chunk) => write(chunk)));
    tail.remove(versions);
  };

  const remove: Journal['remove'] = async (upTo) => {
    await open();
    for (let page = await table.page(p, -1n, 100); ; page = await table.page(p, -1n, 100)) {
      const versions = page
        .map(versionOf)
        .filter(
          (v) => v <= upTo && (v !== durableHead || page.some((item) => versionOf(item) === v && !isEmptied(item))),
        );
      if (versions.length === 0) return;
      await removeVersions(versions, table.write);
    }
  };

  const removeEach: Journal['removeEach'] = async (entries) => {
    await open();
    await removeVersions(
      entries.flatMap(({ sequence, parts }) => Array.from({ length: parts }, (_, part) => sequence - BigInt(part))),
      table.writeLater,
    );
  };

  const head = async (): Promise<bigint> => {
    await open();
    return durableHead;
  };

  const waitForNews: Journal['waitForNews'] = async (after, signal) => {
    await open();
    if (durableHead > after || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        if (durableHead <= after && !signal.aborted) return;
        listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      listeners.add(done);
      signal.addEventListener('abort', done);
    });
  };

  return { append, read, remove, removeEach, head, waitForNews };
};

/** Removes entries wherever they stand. How many. */
export const removeWhere = async (
  { read, removeEach }: Pick<Journal, 'read' | 'removeEach'>,
  isMeant: (text: string) => boolean,
): Promise<number> => {
  let removed = 0;
  for (let after = 0n; ; ) {
    const page = await read(after, 500);
    const last = page.at(-1);
    if (last === undefined) return removed;
    after = last.sequence;
    const meant = page.filter(({ text }) => isMeant(text));
    await removeEach(meant);
    removed += meant.length;
  }
};

/** Well under DynamoDB's 400 KB for an item, names and keys included. */
const MAX_PART_BYTES = 350_000;

type Part = string | Uint8Array;

/** A small text is one part, as it is; a larger one is deflated, and cut. */
const split = async (text: string): Promise<readonly Part[]> =>
  text.length < SMALL_TEXT ? [text] : chunksOf(MAX_PART_BYTES, await promisify(deflate)(text));

const join = async (parts: readonly LocalItem[]): Promise<JournalEntry> => {
  const sequence = versionOf(parts[parts.length - 1] ?? {});
  const [whole] = parts;
  if (whole?.text?.S !== undefined) return { sequence, parts: 1, text: whole.text.S };
  const data = Buffer.concat(parts.map((item) => item.data?.B ?? new Uint8Array()));
  return { sequence, parts: parts.length, text: (await promisify(inflate)(data)).toString('utf8') };
};

/** Characters. Deflating those as well took a twentieth of the service's CPU, and saves nothing that a laptop lacks. */
const SMALL_TEXT = 16_384;

const toItem = (part: Part, index: number, parts: number): LocalItem => ({
  ...(typeof part === 'string' ? { text: { S: part } } : { data: { B: part }, part: { N: String(index) } }),
  parts: { N: String(parts) },
});

/** The newest item of a journal stays without an entry where that was removed. */
const isEmptied = ({ data, text }: LocalItem): boolean => data === undefined && text === undefined;

const versionOf = (item: LocalItem): bigint => BigInt(item.v?.N ?? 0);

/** The parts of one entry stay together; small entries share a transaction. */
const inTransactions = (groups: readonly (readonly LocalWrite[])[]): readonly (readonly LocalWrite[])[] => {
  const transactions: LocalWrite[][] = [];
  for (const group of groups) {
    const last = transactions[transactions.length - 1];
    if (last === undefined || group.length > 1 || last.length >= 100 || bytesOf(last) + bytesOf(group) > 3_500_000)
      transactions.push([...group]);
    else last.push(...group);
  }
  return transactions;
};

const bytesOf = (writes: readonly LocalWrite[]): number =>
  writes.reduce(
    (sum, write) =>
      sum + (write.type === 'put' ? (write.item.data?.B?.length ?? Buffer.byteLength(write.item.text?.S ?? '')) : 0),
    0,
  );

const chunksOf = <A extends { readonly length: number; slice(from: number, to: number): A }>(
  size: number,
  list: A,
): readonly A[] =>
  Array.from({ length: Math.max(1, Math.ceil(list.length / size)) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
