import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  type EpochMs,
  type QuarantineItem,
  type RecordRef,
  type RecordWrite,
  recordFaultId,
  recordFaultItem,
  type StoreCorrupt,
} from '#domain/index.ts';
import { openSeal, seal } from '../keys/seal.ts';
import { corrupt, decodedJson, OriginCodec } from './decoded.ts';
import { bytesIn, type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: quarantine is one partition of the ops table.
 *
 *   p  "quarantine"    s  id         f  format          kind  "input" or "record"
 *   o  origin, JSON    path, reason  at quarantinedAt   c     content, deflated then sealed, tied to the id
 */
export const quarantinePartition = 'quarantine';
export const quarantineKeyId = 'quarantine';

const FORMAT = 1;

export const quarantineKey = (id: string): Item => ({ p: { S: quarantinePartition }, s: { S: id } });

/** key null: destroyed, so content is left out. */
export const quarantineItem = (item: QuarantineItem, key: Uint8Array | null): Item => ({
  ...quarantineKey(item.id),
  f: number(FORMAT),
  kind: { S: item.type },
  o: { S: JSON.stringify(item.origin) },
  path: { S: item.path },
  reason: { S: item.reason },
  at: number(item.quarantinedAt),
  ...(item.content !== null && key !== null && { c: { B: seal(key, item.id, deflateRawSync(item.content)) } }),
});

export const faultKey = (ref: RecordRef): Item => quarantineKey(recordFaultId(ref));

export const faultItem = (ref: RecordRef, fault: NonNullable<RecordWrite['fault']>, quarantinedAt: EpochMs): Item =>
  quarantineItem(recordFaultItem(ref, fault, quarantinedAt), null);

/** key undefined: content is not asked for. */
export const readQuarantineItem = (
  item: ItemImage,
  key: Uint8Array | null | undefined,
): E.Either<StoreCorrupt, QuarantineItem> => {
  const id = textIn(item, 's') ?? '';
  const bad = (reason: string) => E.left(corrupt(`quarantine ${id}`, reason));
  const [type, path, reason, quarantinedAt] = [
    textIn(item, 'kind'),
    textIn(item, 'path'),
    textIn(item, 'reason'),
    numberIn(item, 'at'),
  ];
  if ((type !== 'input' && type !== 'record') || path === undefined || reason === undefined)
    return bad('expected a quarantined item');
  if (quarantinedAt === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return bad(`expected format ${FORMAT} or older`);
  const origin = decodedJson(OriginCodec, textIn(item, 'o') ?? '');
  if (E.isLeft(origin)) return bad(`origin: ${origin.left}`);
  const sealed = bytesIn(item, 'c');
  const content = sealed === undefined || key === undefined ? E.right(O.none) : openSeal(key, id, sealed);
  if (E.isLeft(content)) return bad('its seal does not open');
  return E.right({
    id,
    type,
    origin: origin.right,
    path,
    reason,
    quarantinedAt,
    content: O.isNone(content.right) ? null : inflateRawSync(content.right.value).toString(),
  });
};
