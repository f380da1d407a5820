import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import {
  canBeStamped,
  type EpochMs,
  type FieldKind,
  type FieldMapping,
  type FieldValue,
  fieldMeanings,
  fieldReaders,
  isWholeId,
  type RecordId,
  readEpochMs,
  salesforceId,
} from '#domain/index.ts';
import { compiled, ValueCodec } from './compiledCodec.ts';
import { faultOf, type InputFault } from './fault.ts';
import { type CompoundPart, compoundPartOf, partValue } from './flatten.ts';
import { type PickKeys, pickKeys } from './pickKeys.ts';

/** What a row says: of itself, and of the fields that a mapping reads. One of the dates is there. */
export type RowSaid = { readonly head: RowHead; readonly fields: RowFields };
type RowHead = t.TypeOf<typeof Head>;
type RowFields = Readonly<Record<string, FieldValue>>;

export type DecodeRow = (row: unknown) => E.Either<InputFault, RowSaid>;

/** Rows of an object, held against the codec of its mapping: by what was compiled of it, and where that refuses by the codec itself, which says why. */
export const rowDecoder = (object: string, fields: readonly FieldMapping[]): DecodeRow => {
  const parts = partsOf(fields);
  const Fields = rowFields(fields);
  const readHead = compiled(Head);
  const readFields = compiled(Fields, Object.fromEntries(parts.map(({ field, find }) => [field, find])));

  const decode: DecodeRow = (row) => {
    const head = Head.decode(row);
    if (E.isLeft(head)) return E.left(faultOf(object, head.left));
    if (!isDated(head.right)) return E.left({ path: `${object}.LastModifiedDate`, expected: UNDATED });
    const said = Fields.decode(flattened(row, parts));
    return E.isLeft(said) ? E.left(faultOf(object, said.left)) : E.right({ head: head.right, fields: said.right });
  };
  return (row) => {
    const head = readHead(row);
    const said = readFields(row);
    return head !== undefined && isDated(head) && said !== undefined ? E.right({ head, fields: said }) : decode(row);
  };
};

/** Picks the values that a row's decoder looks at, without those that it does not. */
export const rowPicker = (fields: readonly FieldMapping[]): PickKeys => {
  const compounds = fields.flatMap(({ field }) => compoundPartOf(field)?.compound ?? []);
  const keys = new Set([...Object.keys(Head.type.props), ...fields.map(({ field }) => field), ...compounds]);
  const isField = (key: string): boolean => fields.some(({ field }) => field === key);
  return pickKeys(
    [...keys],
    ['LastModifiedDate', 'SystemModstamp'].filter((key) => !isField(key)),
  );
};

const RecordIdCodec = new ValueCodec<RecordId>(fieldMeanings.reference, (raw) => {
  if (typeof raw !== 'string') return undefined;
  return isWholeId(raw) ? raw : O.toUndefined(salesforceId(raw.trim()));
});

const DateCodec = new ValueCodec<EpochMs | null>('a date and time after 1970', (raw) => {
  if (raw === null || raw === undefined || raw === '') return null;
  const at = readEpochMs(raw);
  return at !== undefined && canBeStamped(at) ? at : undefined;
});

const fieldCodec = (kind: FieldKind): ValueCodec<FieldValue> => new ValueCodec(fieldMeanings[kind], fieldReaders[kind]);

/** What every row says of itself, whatever its object. */
const Head = t.strict(
  { Id: RecordIdCodec, LastModifiedDate: DateCodec, SystemModstamp: DateCodec, IsDeleted: fieldCodec('flag') },
  'a JSON object on each line',
);

const isDated = (head: RowHead): boolean => head.LastModifiedDate !== null || head.SystemModstamp !== null;
const UNDATED = 'expected a date and time, or SystemModstamp instead';

const rowFields = (fields: readonly FieldMapping[]) =>
  t.strict(Object.fromEntries(fields.map(({ field, kind }) => [field, fieldCodec(kind)])));

type Part = { readonly field: string; readonly find: (row: Readonly<Record<string, unknown>>) => unknown };

/** The fields that may stand inside a compound one. */
const partsOf = (fields: readonly FieldMapping[]): readonly Part[] =>
  fields.flatMap(({ field }) => {
    const part: CompoundPart | null = compoundPartOf(field);
    return part === null ? [] : [{ field, find: (row) => partValue(row, field, part) }];
  });

/** A row with the parts of its compound fields beside the others. */
const flattened = (row: unknown, parts: readonly Part[]): Readonly<Record<string, unknown>> => {
  const flat: Readonly<Record<string, unknown>> = { ...(row as object) };
  return { ...flat, ...Object.fromEntries(parts.map(({ field, find }) => [field, find(flat)])) };
};
