import * as E from 'fp-ts/lib/Either.js';
import { type ReReadRequest, type StaleEntry, type StoreCorrupt, staleKey } from '#domain/index.ts';
import { corrupt } from './decoded.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: what is stale is one partition of the ops table, in the order of staleKey, so that a member's entries are neighbours.
 *
 *   p "stale"    s  staleKey     f  format      scope, object, since; id, owner: absent for null
 *   p "gap"      s  object       since: the latest gap of a whole object that was ever told
 *   p "reread"   s  object       f  format      scope, since: why; at: when it was asked for
 */
export const stalePartition = 'stale';
export const gapPartition = 'gap';
export const reReadPartition = 'reread';

const FORMAT = 1;

export const staleItemKey = (entry: StaleEntry): Item => ({ p: { S: stalePartition }, s: { S: staleKey(entry) } });

export const staleItem = (entry: StaleEntry): Item => ({
  ...staleItemKey(entry),
  f: number(FORMAT),
  scope: { S: entry.scope },
  object: { S: entry.object },
  since: number(entry.since),
  ...(entry.id !== null && { id: { S: entry.id } }),
  ...(entry.owner !== null && { owner: { S: entry.owner } }),
});

export const readStaleItem = (item: ItemImage): E.Either<StoreCorrupt, StaleEntry> => {
  const [scope, object, since] = [scopeIn(item), textIn(item, 'object'), numberIn(item, 'since')];
  if (scope === null || object === undefined || since === undefined || !isKnownFormat(item))
    return E.left(corrupt(`stale ${textIn(item, 's')}`, 'expected what is stale'));
  return E.right({ scope, object, since, id: textIn(item, 'id') ?? null, owner: textIn(item, 'owner') ?? null });
};

export const reReadItem = ({ object, scope, since, requestedAt }: ReReadRequest): Item => ({
  p: { S: reReadPartition },
  s: { S: object },
  f: number(FORMAT),
  scope: { S: scope },
  since: number(since),
  at: number(requestedAt),
});

export const readReReadItem = (item: ItemImage): E.Either<StoreCorrupt, ReReadRequest> => {
  const [object, scope, since, requestedAt] = [
    textIn(item, 's'),
    scopeIn(item),
    numberIn(item, 'since'),
    numberIn(item, 'at'),
  ];
  if (object === undefined || scope === null || since === undefined || requestedAt === undefined)
    return E.left(corrupt(`re-read of ${object}`, 'expected a request'));
  return E.right({ object, scope, since, requestedAt });
};

const scopeIn = (item: ItemImage): StaleEntry['scope'] | null => {
  const scope = textIn(item, 'scope');
  return scope === 'record' || scope === 'children' || scope === 'object' ? scope : null;
};

const isKnownFormat = (item: ItemImage): boolean => (numberIn(item, 'f') ?? FORMAT + 1) <= FORMAT;
