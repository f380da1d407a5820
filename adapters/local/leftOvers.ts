import type { BusName } from '../topology.ts';
import { checkpoints } from './checkpoints.ts';
import type { Journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';

/** A bus with what an earlier version may have left in its journal. headBefore: what that ended with before this process added to it. */
export type LeftBus = {
  readonly name: BusName;
  readonly journal: Journal;
  readonly headBefore: () => Promise<bigint>;
  readonly keeps: boolean;
  readonly send: (envelopes: readonly string[]) => Promise<void>;
};

/**
 * Delivers what a version took in and had not handed on that kept a journal for every bus, and a place in it: now what a bus takes in is with whom it is for
 * when it is accepted. The place is moved after each page, so killed in between, a page is delivered again. Once it is through, never again.
 */
export const deliverLeftOvers = async (
  { table }: { readonly table: LocalTable },
  { name, journal, headBefore, keeps, send }: LeftBus,
): Promise<void> => {
  const places = checkpoints({ table });
  const place = `bus#${name}`;
  const from = (await places.load(place)) ?? '0';
  if (from === NOTHING) return;
  const head = await headBefore();
  for (let after = BigInt(from); after < head; ) {
    const entries = (await journal.read(after, PAGE)).filter(({ sequence }) => sequence <= head);
    await send(entries.map(({ text }) => text));
    after = entries[entries.length - 1]?.sequence ?? head;
    await (keeps ? places.save(place, String(after)) : journal.remove(after));
  }
  await places.save(place, NOTHING);
};

const NOTHING = 'none';
const PAGE = 100;
