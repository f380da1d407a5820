import type { Change, ChangeType, Fields, FieldValue } from './wire.ts';

/** A change somebody is about to make. fields: the new values, by flat name; the audit fields follow by themselves. */
export type PlannedChange = {
  readonly atMs: number;
  readonly object: string;
  readonly recordIds: readonly string[];
  readonly changeType: ChangeType;
  readonly fields: Fields;
};

/** A record as the org holds it: every field, audit fields included, instants in epoch milliseconds. */
export type SourceRecord = { readonly object: string; readonly fields: Fields };

/** The org's records by id. */
export type Ledger = Map<string, SourceRecord>;

/** Makes the change and returns what Change Data Capture says about it. Fails (throws) on a plan that makes no sense: a bug of ours. */
export const commit = (ledger: Ledger, plan: PlannedChange, commitNumber: bigint): Change => {
  const changed = new Set<string>();
  let body: Fields = {};
  for (const id of plan.recordIds) {
    const before = ledger.get(id)?.fields;
    assertPossible(plan, before);
    const after = afterChange(plan, id, before);
    ledger.set(id, { object: plan.object, fields: after });
    for (const name of changedNames(before ?? {}, after)) changed.add(name);
    body = after;
  }
  return {
    object: plan.object,
    changeType: plan.changeType,
    recordIds: plan.recordIds,
    fields: announcedFields(plan.changeType, body, changed),
    changedFields: plan.changeType === 'UPDATE' ? [...changed] : [],
    committedAtMs: plan.atMs,
    commitNumber,
    sequenceNumber: 1,
    transactionKey: transactionKey(commitNumber),
  };
};

/** Commit numbers follow the clock, as in an org: about 1.8e18 today, beyond what a double can hold. */
export const commitNumberAt = (atMs: number, previous: bigint): bigint => {
  const number = BigInt(atMs) * 1_000_000n;
  return number > previous ? number : previous + 1n;
};

export const lastModifiedMs = (record: SourceRecord): number => Number(record.fields.LastModifiedDate);

const assertPossible = (plan: PlannedChange, before: Fields | undefined): void => {
  const gone = before?.IsDeleted === true;
  const possible =
    plan.changeType === 'CREATE'
      ? before === undefined
      : before !== undefined && gone === (plan.changeType === 'UNDELETE');
  if (!possible) throw new Error(`sample org: ${plan.changeType} of ${plan.object} does not follow from its history`);
  if (before !== undefined && Number(before.LastModifiedDate) >= plan.atMs)
    throw new Error(`sample org: two changes of one ${plan.object} in one second`);
};

const afterChange = (plan: PlannedChange, id: string, before: Fields | undefined): Fields => ({
  Id: id,
  CreatedDate: plan.atMs,
  ...before,
  ...plan.fields,
  IsDeleted: plan.changeType === 'DELETE',
  LastModifiedDate: plan.atMs,
  SystemModstamp: plan.atMs,
});

const changedNames = (before: Fields, after: Fields): readonly string[] =>
  Object.keys(after).filter(
    (name) => !NEVER_IN_EVENTS.has(name) && !sameValue(before[name] ?? null, after[name] ?? null),
  );

const announcedFields = (changeType: ChangeType, after: Fields, changed: ReadonlySet<string>): Fields => {
  if (changeType === 'DELETE') return {};
  const said = (name: string, value: FieldValue): boolean =>
    changeType === 'UPDATE' ? changed.has(name) : value !== null && !NEVER_IN_EVENTS.has(name);
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => said(name, value)));
};

/** Change Data Capture Developer Guide: the id is in the header; IsDeleted and SystemModstamp are never in the body. */
const NEVER_IN_EVENTS: ReadonlySet<string> = new Set(['Id', 'IsDeleted', 'SystemModstamp']);

const sameValue = (a: FieldValue, b: FieldValue): boolean => JSON.stringify(a) === JSON.stringify(b);

const transactionKey = (commitNumber: bigint): string => {
  const hex = commitNumber.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
