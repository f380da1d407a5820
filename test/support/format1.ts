import type { Item } from '#adapters/dynamodb/item.ts';
import { seal } from '#adapters/keys/seal.ts';
import { type Commit, mapPersonalFacts } from '#domain/index.ts';

/** A commit as format 1 kept it, which nothing in `adapters` writes any more: an object for each event, everything by its name. key null: destroyed. */
export const format1Item = (commit: Commit, key: Uint8Array | null): Item => {
  const personal: unknown[] = [];
  const events = commit.events.map((event) => mapPersonalFacts(event, (facts) => personal.push(facts) - 1));
  const belongsTo = `${commit.stream}@${commit.version}`;
  return {
    p: { S: commit.stream },
    v: { N: `${commit.version}` },
    n: { N: `${commit.events.length}` },
    t: { N: `${commit.recordedAt}` },
    f: { N: '1' },
    o: { S: JSON.stringify(commit.origin) },
    e: { S: JSON.stringify(events) },
    ...(commit.lane === 'bulk' && { l: { S: 'bulk' } }),
    ...(personal.length > 0 && key !== null && { s: { B: seal(key, belongsTo, JSON.stringify(personal)) } }),
  };
};
