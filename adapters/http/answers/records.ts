import * as t from 'io-ts';
import { roles } from '#domain/index.ts';
import { orNull, pageOf } from './common.ts';

/** Who said it last: an event of the source, or a row of one of its files. Times: when the source says it was modified, or was read. */
const Said = t.union(
  [
    t.strict({ from: t.literal('forgotten') }),
    t.strict({ from: t.literal('event'), modifiedAt: t.string, commitNumber: orNull(t.string) }),
    t.strict({ from: t.literal('row'), modifiedAt: t.string, extractedAt: t.string }),
  ],
  'Said',
);

const RecordField = t.strict(
  {
    field: t.string,
    /** Our word for it. null: the mapping reads it no more. */
    attribute: orNull(t.string),
    value: orNull(t.string),
    said: Said,
    /** What is compared: the greater one wins. Second, rank, position. */
    stamp: t.string,
  },
  'RecordField',
);
export type RecordField = t.TypeOf<typeof RecordField>;

/** What the sources said of a record that the member's events tell of, merged, as it stands today. */
export const MemberRecord = t.strict(
  {
    /** null: it is not kept any more, and several objects could be it. */
    object: orNull(t.string),
    id: t.string,
    role: t.keyof(roles, 'Role'),
    /** Versions of the events that tell of it. null: none does. */
    told: orNull(t.strict({ first: t.number, last: t.number, count: t.number })),
    existence: orNull(t.strict({ says: t.keyof({ exists: null, gone: null }), vouchedAt: t.string })),
    staleSince: orNull(t.string),
    /** It belongs to another member by now, or to nobody: what is personal of it is not told here. */
    isElsewhere: t.boolean,
    fields: t.readonlyArray(RecordField),
  },
  'MemberRecord',
);
export type MemberRecord = t.TypeOf<typeof MemberRecord>;
export const MemberRecords = pageOf(MemberRecord, 'MemberRecords');
export type MemberRecords = t.TypeOf<typeof MemberRecords>;
