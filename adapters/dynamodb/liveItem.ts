import { crc32 } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  type Cause,
  type FoldedText,
  type Live,
  memberStream,
  ownerOf,
  Pass,
  type PassChange,
  type StoreCorrupt,
} from '#domain/index.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { type Item, type ItemImage, instantIn, longTextIn, number, numberIn, textIn, withText } from './item.ts';

/**
 * Stored format, version with care: one item of the views table is one member's LIVE. Derived, and clear.
 *
 *   p      "member-<id>"    ver  number of writes    f  format
 *   asOf   evaluatedAt  epoch  catalogVersion  revision
 *   states name@version → state, JSON; or, where that saves a write unit, statesZ: the same text, deflated (raw)
 *   parked names of projections that failed, JSON; absent: none
 *   pass   JSON; absent: provisional
 *   due    epoch ms, and dueBucket: only where time alone may change the pass, so that the index is sparse
 *   kind, changed, cause: only where this very write changed the pass; the publish pipe filters on `changed`
 */
const FORMAT = 1;
const STATES = { plain: 'states', deflated: 'statesZ' };

export const liveKey = (memberId: string): Item => ({ p: { S: memberStream(memberId) } });

/** Shadow versions and the like have other prefixes. */
export const LIVE_PREFIX = memberStream('');

export const liveItem = (live: Live): Item =>
  withText(
    {
      ...liveKey(live.memberId),
      ver: number(live.ver),
      f: number(FORMAT),
      asOf: number(live.asOf),
      evaluatedAt: number(live.evaluatedAt),
      epoch: number(live.epoch),
      catalogVersion: number(live.catalogVersion),
      revision: number(live.revision),
      ...(live.parked.length > 0 && { parked: { S: JSON.stringify(live.parked) } }),
      ...(live.pass !== null && { pass: { S: JSON.stringify(live.pass) } }),
      ...(live.due !== null && { due: number(live.due), dueBucket: { S: dueBucketOf(live.memberId) } }),
      ...(live.change !== null && {
        kind: { S: live.change.kind },
        changed: { S: JSON.stringify(live.change.changed) },
        cause: { S: JSON.stringify(live.change.cause) },
      }),
    },
    JSON.stringify(live.states),
    STATES,
  );

/** One bucket would be one partition, and all members change at midnight. */
const DUE_BUCKETS = 16;
export const dueBuckets: readonly string[] = Array.from({ length: DUE_BUCKETS }, (_, bucket) => `due#${bucket}`);
const dueBucketOf = (memberId: string): string => `due#${crc32(memberId) % DUE_BUCKETS}`;

export const liveFromItem = (item: ItemImage): E.Either<StoreCorrupt, Live> => {
  const p = textIn(item, 'p') ?? 'views';
  const bad = (reason: string) => E.left(corrupt(`LIVE of ${p}`, reason));
  const [ver, asOf, evaluatedAt, epoch, catalogVersion, revision] = [
    numberIn(item, 'ver'),
    numberIn(item, 'asOf'),
    instantIn(item, 'evaluatedAt'),
    numberIn(item, 'epoch'),
    numberIn(item, 'catalogVersion'),
    numberIn(item, 'revision'),
  ];
  if (!p.startsWith(LIVE_PREFIX) || ver === undefined || asOf === undefined || evaluatedAt === undefined)
    return bad('expected a LIVE item');
  if (epoch === undefined || catalogVersion === undefined || revision === undefined) return bad('expected a LIVE item');
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return bad(`expected format ${FORMAT} or older`);

  const stored = decodedJson(StoredStates, longTextIn(item, STATES) ?? '');
  if (E.isLeft(stored)) return bad(`states: ${stored.left}`);
  const passText = textIn(item, 'pass');
  const pass = passText === undefined ? E.right(null) : decodedJson(Pass, passText);
  if (E.isLeft(pass)) return bad(`pass: ${pass.left}`);
  const parked = decodedJson(t.readonlyArray(t.string), textIn(item, 'parked') ?? '[]');
  if (E.isLeft(parked)) return bad(`parked: ${parked.left}`);
  const change = readChange(item);
  if (E.isLeft(change)) return bad(change.left);

  return E.right({
    memberId: ownerOf(p).id,
    asOf,
    evaluatedAt,
    epoch,
    catalogVersion,
    states: stored.right,
    parked: parked.right,
    pass: pass.right,
    revision,
    due: instantIn(item, 'due') ?? null,
    change: change.right,
    ver,
  });
};

/** All that foldedFromItem needs. */
export const FOLDED_ATTRIBUTES: readonly string[] = [
  ...['p', 'ver', 'f', 'asOf', 'epoch', 'parked'],
  ...Object.values(STATES),
];

export const foldedFromItem = (item: ItemImage): E.Either<StoreCorrupt, FoldedText> => {
  const bad = (reason: string) => E.left(corrupt(`LIVE of ${textIn(item, 'p') ?? 'views'}`, reason));
  const [ver, asOf, epoch] = [numberIn(item, 'ver'), numberIn(item, 'asOf'), numberIn(item, 'epoch')];
  if (ver === undefined || asOf === undefined || epoch === undefined) return bad('expected a LIVE item');
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return bad(`expected format ${FORMAT} or older`);
  const statesText = longTextIn(item, STATES);
  if (statesText === undefined) return bad('states: expected JSON');
  const parked = decodedJson(t.readonlyArray(t.string), textIn(item, 'parked') ?? '[]');
  return E.isLeft(parked)
    ? bad(`parked: ${parked.left}`)
    : E.right({ ver, asOf, epoch, parked: parked.right, statesText });
};

/** name@version vouches for the shape of a state: only that version of the projection wrote it. */
const StoredStates = t.record(t.string, t.unknown);

const Kind: t.Type<PassChange['kind'], unknown> = t.keyof({
  WalletPassIssued: null,
  WalletPassUpdated: null,
  WalletPassWithdrawn: null,
});
const CauseCodec: t.Type<Cause, unknown> = t.strict({
  lane: t.keyof({ live: null, bulk: null }),
  causationId: t.string,
  correlationId: t.string,
});

const readChange = (item: ItemImage): E.Either<string, PassChange | null> => {
  const [kind, changed, cause] = [textIn(item, 'kind'), textIn(item, 'changed'), textIn(item, 'cause')];
  if (kind === undefined || changed === undefined || cause === undefined) return E.right(null);
  const paths = decodedJson(t.readonlyArray(t.string), changed);
  if (E.isLeft(paths)) return E.left(`changed: ${paths.left}`);
  const why = decodedJson(CauseCodec, cause);
  if (E.isLeft(why)) return E.left(`cause: ${why.left}`);
  return Kind.is(kind)
    ? E.right({ kind, changed: paths.right, cause: why.right })
    : E.left('kind: expected a kind of change');
};
