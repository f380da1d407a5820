import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import {
  forgottenRegister,
  type RecordRef,
  type Register,
  type RowHash,
  recordKey,
  type SourceRecord,
  type StoreCorrupt,
  type StoredRecord,
} from '#domain/index.ts';
import { openSeal, seal } from '../keys/seal.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { bytesIn, type Item, type ItemImage, longTextIn, number, numberIn, textIn, withText } from './item.ts';

/**
 * Stored format, version with care: one item of the records table is one source record.
 *
 *   p    "Object/id"      ver  number of writes      f  format
 *   r    registers, JSON; or, where that saves a write unit, z: the same text, deflated (raw)
 *   s    personal registers, JSON name → [value, stamp], sealed and tied to p
 *   k    id of the data key under which s is sealed
 *   h    hash of the last row (lastRow.ts), if any. Of a record with personal registers it is in s, under LAST_ROW: a hash of what is personal is
 *        personal, and goes when the key does. Elsewhere in clear: it is made with a secret of the store (rowHash.ts)
 *
 * Most fields of a record were last said by one observation, so its stamp is kept once, as the base.
 */
const Registers = t.strict(
  {
    base: t.string,
    /** Fields that carry the base stamp. */
    same: t.record(t.string, t.union([t.string, t.null])),
    other: t.record(t.string, t.tuple([t.union([t.string, t.null]), t.string])),
    /** Names of what is in s, or was before its key was destroyed. */
    personal: t.array(t.string),
    existence: t.union([t.tuple([t.keyof({ exists: null, gone: null }), t.string]), t.null]),
    gap: t.union([t.tuple([t.number, t.union([t.number, t.null])]), t.null]),
  },
  'Registers',
);
type Registers = t.TypeOf<typeof Registers>;
const Personal = t.record(t.string, t.tuple([t.union([t.string, t.null]), t.string]));

const FORMAT = 1;
/** No field can be called so. */
const LAST_ROW = '#row';
const REGISTERS = { plain: 'r', deflated: 'z' };

export type SealedUnder = { readonly keyId: string; readonly key: Uint8Array | null };

/** key null: destroyed, so personal values are left out and read as forgotten. */
export const recordItem = (
  { record, ver, lastRow }: StoredRecord,
  { keyId, key }: SealedUnder,
  personalNames: ReadonlySet<string>,
): Item => {
  const p = recordKey(record.ref);
  const { registers, personal } = toRegisters(record, personalNames);
  const isPersonal = registers.personal.length > 0;
  const isSealed = isPersonal && key !== null;
  if (lastRow !== undefined) personal[LAST_ROW] = [lastRow, ''];
  return withText(
    {
      p: { S: p },
      ver: number(ver),
      f: number(FORMAT),
      ...(isSealed && { k: { S: keyId }, s: { B: seal(key, p, JSON.stringify(personal)) } }),
      ...(!isPersonal && lastRow !== undefined && { h: { S: lastRow } }),
    },
    JSON.stringify(registers),
    REGISTERS,
  );
};

const toRegisters = (record: SourceRecord, personalNames: ReadonlySet<string>) => {
  const { existence, gap } = record;
  const personal: Record<string, [string | null, string]> = {};
  const base = mostCommonStamp(record);
  const same: Record<string, string | null> = {};
  const other: Record<string, [string | null, string]> = {};
  for (const [name, { value, stamp }] of Object.entries(record.fields)) {
    if (personalNames.has(name)) personal[name] = [value, stamp];
    else if (stamp === base) same[name] = value;
    else other[name] = [value, stamp];
  }
  const registers: Registers = {
    base,
    same,
    other,
    personal: Object.keys(personal),
    existence: existence === null ? null : [existence.says, existence.stamp],
    gap: gap === null ? null : [gap.since, gap.reReadAt],
  };
  return { registers, personal };
};

const mostCommonStamp = ({ fields }: SourceRecord): string => {
  const counts = new Map<string, number>();
  let most = '';
  for (const { stamp } of Object.values(fields)) {
    counts.set(stamp, (counts.get(stamp) ?? 0) + 1);
    if ((counts.get(stamp) ?? 0) > (counts.get(most) ?? 0)) most = stamp;
  }
  return most;
};

/** The data key that an item needs to be read. null: it holds nothing personal. */
export const recordKeyId = (item: ItemImage): string | null =>
  bytesIn(item, 's') === undefined ? null : (textIn(item, 'k') ?? null);

export const readRecord = (item: ItemImage, key: Uint8Array | null): E.Either<StoreCorrupt, StoredRecord> => {
  const p = textIn(item, 'p') ?? 'records';
  const bad = (reason: string) => E.left(corrupt(p, reason));
  const ver = numberIn(item, 'ver');
  const ref = refOf(p);
  if (ver === undefined || ref === null) return bad('expected a record');
  const format = numberIn(item, 'f');
  if (format === undefined || format > FORMAT) return bad(`expected format ${FORMAT} or older`);
  const registers = decodedJson(Registers, longTextIn(item, REGISTERS) ?? '');
  if (E.isLeft(registers)) return bad(`registers: ${registers.left}`);
  const personal = openPersonal(key, p, bytesIn(item, 's'));
  if (E.isLeft(personal)) return bad(personal.left);
  const lastRow = textIn(item, 'h') ?? personal.right[LAST_ROW]?.[0];
  const record = toRecord(ref, registers.right, personal.right);
  return E.right({ record, ver, ...(lastRow != null && { lastRow }) });
};

/** Whether that row is the record's last. false: it is not, or the record has to be read to know. */
export const isLastRow = (item: ItemImage, key: Uint8Array | null, hash: RowHash): boolean => {
  const clear = textIn(item, 'h');
  const sealed = bytesIn(item, 's');
  if (clear !== undefined || sealed === undefined) return clear === hash;
  const personal = openPersonal(key, textIn(item, 'p') ?? '', sealed);
  return E.isRight(personal) && personal.right[LAST_ROW]?.[0] === hash;
};

const openPersonal = (
  key: Uint8Array | null,
  belongsTo: string,
  sealed: Uint8Array | undefined,
): E.Either<string, t.TypeOf<typeof Personal>> => {
  if (sealed === undefined) return E.right({});
  const opened = openSeal(key, belongsTo, sealed);
  if (E.isLeft(opened)) return E.left('its seal does not open');
  return O.isNone(opened.right) ? E.right({}) : decodedJson(Personal, opened.right.value.toString());
};

const toRecord = (ref: RecordRef, registers: Registers, personal: t.TypeOf<typeof Personal>): SourceRecord => {
  const fields: Record<string, Register> = {};
  for (const [name, value] of Object.entries(registers.same)) fields[name] = { value, stamp: registers.base };
  for (const [name, [value, stamp]] of Object.entries(registers.other)) fields[name] = { value, stamp };
  for (const name of registers.personal) {
    const known = personal[name];
    fields[name] = known === undefined ? forgottenRegister : { value: known[0], stamp: known[1] };
  }
  const { existence, gap } = registers;
  return {
    ref,
    fields,
    existence: existence === null ? null : { says: existence[0], stamp: existence[1] },
    gap: gap === null ? null : { since: gap[0], reReadAt: gap[1] },
  };
};

const refOf = (p: string): RecordRef | null => {
  const slash = p.indexOf('/');
  return slash < 1 ? null : { object: p.slice(0, slash), id: p.slice(slash + 1) };
};
