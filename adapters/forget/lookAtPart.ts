import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { QuarantineStore, ReadFailure } from '#domain/index.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { quarantined } from './dropQuarantined.ts';
import { itemsOf, type LOOKED_AT, placeOf, type Scanned, tally, unitsOf } from './scanned.ts';
import type { Search } from './search.ts';
import { drop, dropPartition, isEventAbout, isOldState } from './sweeping.ts';

const Table = t.keyof({ records: null, events: null, views: null, ops: null, deliveries: null } satisfies Record<
  (typeof LOOKED_AT)[number],
  null
>);
/** A segment of a table; or quarantine, whose texts are opened. */
export const Part = t.union([
  t.strict({ table: Table, segment: t.number, of: t.number }),
  t.strict({ table: t.literal('quarantine') }),
]);
export type Part = t.TypeOf<typeof Part>;

export type LookAtPartDeps = DynamoDbTables & { readonly quarantine: Pick<QuarantineStore, 'list' | 'get' | 'drop'> };

export type LookedAt = {
  readonly scanned: Scanned;
  readonly removed: { readonly events: number; readonly states: number; readonly quarantined: number };
};

/** version: of MemberForgotten. */
export type About = { readonly memberId: string; readonly version: number; readonly search: Search };

/** Removes what is kept of the member in a part of what is stored, and looks at all else there. Whoever does it again finds less. */
export const lookAtPart = async (
  deps: LookAtPartDeps,
  part: Part,
  about: About,
): Promise<E.Either<ReadFailure, LookedAt>> =>
  part.table === 'quarantine'
    ? lookAtTexts(deps, about)
    : TE.tryCatch(() => lookAtTable(deps, part, about), toStoreUnavailable(`look at ${part.table}`))();

const lookAtTable = async (
  { dynamodb, tableName }: LookAtPartDeps,
  { table, ...segment }: Exclude<Part, { table: 'quarantine' }>,
  { memberId, version, search }: About,
): Promise<LookedAt> => {
  const seen = tally(table);
  const removed = { events: 0, states: 0, quarantined: 0 };
  const name = tableName(table);
  for await (const item of itemsOf(dynamodb, name, segment)) {
    const { p } = item;
    if (p === undefined) continue;
    if (table === 'views' && isOldState(item, memberId, version)) {
      await drop(dynamodb, name, { p });
      removed.states += 1;
    } else if (table === 'deliveries' && isEventAbout(item, search)) {
      await dropPartition(dynamodb, name, p);
      removed.events += 1;
    } else seen.look(search, placeOf(item), unitsOf(item));
  }
  return { scanned: seen.told(), removed };
};

const lookAtTexts = async (
  { quarantine }: LookAtPartDeps,
  { search }: About,
): Promise<E.Either<ReadFailure, LookedAt>> => {
  const seen = tally('quarantine');
  let dropped = 0;
  for await (const found of quarantined(quarantine)) {
    if (E.isLeft(found)) return found;
    const { id, content, reason, path } = found.right;
    if (content !== null && search.names(content)) {
      const gone = await quarantine.drop(id)();
      if (E.isLeft(gone)) return gone;
      dropped += 1;
    } else seen.look(search, id, [content ?? '', reason, path]);
  }
  return E.right({ scanned: seen.told(), removed: { events: 0, states: 0, quarantined: dropped } });
};

/** Parts of one store as one. */
export const joined = (parts: readonly Scanned[]): readonly Scanned[] =>
  [...Map.groupBy(parts, ({ store }) => store)].map(([store, of]) => ({
    store,
    items: sum(of, 'items'),
    bytes: sum(of, 'bytes'),
    found: sum(of, 'found'),
    alike: sum(of, 'alike'),
    where: of.flatMap(({ where }) => where).slice(0, MAX_WHERE),
  }));
const MAX_WHERE = 10;

const sum = (of: readonly Scanned[], name: 'items' | 'bytes' | 'found' | 'alike'): number =>
  of.reduce((total, one) => total + one[name], 0);
