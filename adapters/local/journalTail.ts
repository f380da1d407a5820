import type { JournalEntry } from './journal.ts';

/** The end of a journal, in memory: all of it from some number on, or nothing is known. */
export type JournalTail = {
  /** Durable entries, the first of them numbered `first`, which follows what is known. */
  readonly add: (first: bigint, entries: readonly JournalEntry[]) => void;
  /** Of numbers; those of an entry's earlier parts are none of an entry. */
  readonly remove: (sequences: readonly bigint[]) => void;
  /** Something may have been written that is not known here. */
  readonly forget: () => void;
  /** null: not all that comes after the number is known. */
  readonly after: (sequence: bigint, limit: number) => readonly JournalEntry[] | null;
};

export const journalTail = (): JournalTail => {
  const entries = new Map<bigint, JournalEntry>();
  let knownFrom: bigint | null = null;
  let characters = 0;

  const drop = (sequence: bigint): void => {
    characters -= entries.get(sequence)?.text.length ?? 0;
    entries.delete(sequence);
  };

  return {
    add: (first, added) => {
      knownFrom ??= first;
      for (const entry of added) {
        entries.set(entry.sequence, entry);
        characters += entry.text.length;
      }
      for (const oldest of entries.keys()) {
        if (entries.size <= MAX_ENTRIES && characters <= MAX_CHARACTERS) break;
        drop(oldest);
        knownFrom = oldest + 1n;
      }
    },
    remove: (sequences) => {
      for (const sequence of sequences) drop(sequence);
    },
    forget: () => {
      entries.clear();
      characters = 0;
      knownFrom = null;
    },
    after: (sequence, limit) => {
      if (knownFrom === null || sequence + 1n < knownFrom) return null;
      const found: JournalEntry[] = [];
      for (const entry of entries.values()) {
        if (found.length >= limit) break;
        if (entry.sequence > sequence) found.push(entry);
      }
      return found;
    },
  };
};

const MAX_ENTRIES = 1_000;
const MAX_CHARACTERS = 4_000_000;
