import * as E from 'fp-ts/lib/Either.js';
import {
  type EventStore,
  isMemberEvent,
  type KeyStore,
  loadRecords,
  type Mapping,
  mapPersonalFacts,
  memberKeyId,
  memberStream,
  ownRefs,
  personalFields,
  type ReadFailure,
  type RecordStore,
  recordsAbout,
} from '#domain/index.ts';

export type PersonalValuesDeps = {
  readonly events: Pick<EventStore, 'load'>;
  readonly records: Pick<RecordStore, 'load'>;
  readonly keys: Pick<KeyStore, 'obtain'>;
  readonly mapping: Mapping;
};

/** tooShort: values that would be found everywhere, so that nobody looks for them. */
export type PersonalValues = {
  readonly values: readonly string[];
  readonly tooShort: number;
  readonly keyWasGone: boolean;
};

/**
 * Everything personal that records and log hold of a member in clear: what is there today, and what ever was. Held in memory while the member is forgotten,
 * to look for it afterwards; stored nowhere. Once the key is destroyed there is none.
 */
export const personalValuesOf = async (
  { events, records, keys, mapping }: PersonalValuesDeps,
  memberId: string,
): Promise<E.Either<ReadFailure, PersonalValues>> => {
  const found = new Set<string>();
  const about = await recordsAbout({ events, records, mapping }, memberId)();
  if (E.isLeft(about)) return about;
  const refs = [...ownRefs(mapping, memberId), ...(about.right?.owned ?? [])];
  const names = personalFields(mapping);
  const loaded = await loadRecords({ records }, refs);
  if (E.isLeft(loaded)) return loaded;
  for (const { record } of loaded.right)
    for (const name of names[record.ref.object] ?? []) leaves(record.fields[name]?.value, found);
  const commits = await events.load(memberStream(memberId))();
  if (E.isLeft(commits)) return commits;
  for (const event of commits.right.flatMap((commit) => commit.events).filter(isMemberEvent))
    mapPersonalFacts(event, (facts) => leaves(facts, found));
  const [values, short] = [[...found].filter(isTelling), [...found].filter((value) => !isTelling(value))];
  const keyId = memberKeyId(memberId);
  const key = await keys.obtain([keyId])();
  if (E.isLeft(key)) return key;
  return E.right({ values, tooShort: short.length, keyWasGone: key.right.get(keyId) === null });
};

const leaves = (value: unknown, found: Set<string>): void => {
  if (typeof value === 'string' && value !== '') found.add(value);
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) leaves(part, found);
};

/** A flag, a small number or a letter or two stand in every other line. */
const isTelling = (value: string): boolean =>
  value.length >= 3 && !/^(?:true|false|-?\d{1,5}(?:\.\d{1,2})?)$/.test(value);
