import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type {
  Contribution,
  DefinitionFacts,
  GrantFacts,
  MemberFacts,
  MemberTierFacts,
  PointsFacts,
  PurchaseFacts,
  Standing,
  TierFacts,
} from '../event/facts.ts';
import type { FieldMapping, Mapping, MappingOf, ObjectMapping, Programme } from '../source/mapping.ts';
import type { FieldValue } from '../source/observation.ts';
import { dateAt, localDate, type TimeZone } from '../values/calendar.ts';
import { type AmountFault, absMinor, type MinorUnits, negateMinor, toMinorUnits } from '../values/money.ts';
import { ownedCustomFacts, readCustom } from './readCustom.ts';
import type { SourceRecord } from './record.ts';

/** The facts of a record in our own words, amounts judged with the merged currency. */
export const readMember = (meaning: MappingOf<'member'>, mapping: Mapping, record: SourceRecord): MemberFacts => {
  const { fields } = meaning;
  const { open, sealed } = readCustom(meaning, record);
  return {
    standing: standingOf(meaning, record),
    number: read(record, fields.number),
    memberSince: readDay(record, fields.memberSince, mapping.programme.timeZone),
    mergedInto: read(record, fields.mergedInto),
    personal: {
      firstName: read(record, fields.firstName),
      lastName: read(record, fields.lastName),
      email: read(record, fields.email),
      ...(sealed !== null && { custom: sealed }),
    },
    ...open,
    ...(hasTierRecords(mapping) && { tierFrom: 'records' }),
  };
};

/** The source decides tiers where the mapping reads which one a member is in. */
const hasTierRecords = ({ objects }: Mapping): boolean =>
  Object.values(objects).some(({ role }) => role === 'memberTier');

export const readPurchase = (
  meaning: MappingOf<'purchase'>,
  programme: Programme,
  record: SourceRecord,
): PurchaseFacts => {
  const { fields, countedStatuses = [] } = meaning;
  const status = read(record, fields.status);
  const boughtOn = readDay(record, fields.boughtOn, programme.timeZone);
  const amount = read(record, fields.amount);
  const currency = read(record, fields.currency);
  const isReduction = read(record, fields.isReduction) === 'true';
  const isCounted = fields.status === undefined || (status !== null && countedStatuses.includes(status));
  const counts =
    isCounted && boughtOn !== null && amount !== null
      ? contribution(boughtOn, amount, currency ?? programme.currency, isReduction)
      : null;
  return {
    number: read(record, fields.number),
    boughtOn,
    status,
    amount,
    currency,
    isReduction,
    originalPurchase: read(record, fields.originalPurchase),
    counts,
    ...ownedCustomFacts(meaning, record),
  };
};

export const readGrant = (meaning: MappingOf<'grant'>, programme: Programme, record: SourceRecord): GrantFacts => {
  const { fields } = meaning;
  const status = read(record, fields.status);
  const value = read(record, fields.value);
  const currency = read(record, fields.currency) ?? programme.currency;
  const worth = value === null ? null : toMinorUnits(value, currency);
  return {
    definition: read(record, fields.definition),
    title: read(record, fields.title),
    status,
    state: stateOf(meaning, status),
    validFrom: readDay(record, fields.validFrom, programme.timeZone),
    validTo: readDay(record, fields.validTo, programme.timeZone),
    redeemedOn: readDay(record, fields.redeemedOn, programme.timeZone),
    value: worth !== null && E.isRight(worth) ? { minorUnits: worth.right, currency } : null,
    ...ownedCustomFacts(meaning, record),
  };
};

/** A definition whose activity was never said restricts nothing; said and empty, it is inactive. */
export const readDefinition = (
  meaning: MappingOf<'definition'>,
  programme: Programme,
  record: SourceRecord,
): DefinitionFacts => {
  const { fields } = meaning;
  return {
    title: read(record, fields.title),
    terms: read(record, fields.terms),
    startsOn: readDay(record, fields.startsOn, programme.timeZone),
    endsOn: readDay(record, fields.endsOn, programme.timeZone),
    isActive: isUnsaid(record, fields.isActive) || read(record, fields.isActive) === 'true',
    ...readCustom(meaning, record).open,
  };
};

export const readMemberTier = (
  meaning: MappingOf<'memberTier'>,
  programme: Programme,
  record: SourceRecord,
): MemberTierFacts => ({
  tier: read(record, meaning.fields.tier),
  startsOn: readDay(record, meaning.fields.startsOn, programme.timeZone),
  endsOn: readDay(record, meaning.fields.endsOn, programme.timeZone),
  ...ownedCustomFacts(meaning, record),
});

export const readTier = (meaning: MappingOf<'tier'>, record: SourceRecord): TierFacts => ({
  name: read(record, meaning.fields.name),
  rank: read(record, meaning.fields.rank),
  ...readCustom(meaning, record).open,
});

export const readPoints = (meaning: MappingOf<'points'>, record: SourceRecord): PointsFacts => ({
  name: read(record, meaning.fields.name),
  balance: read(record, meaning.fields.balance),
  ...ownedCustomFacts(meaning, record),
});

/** A record that was understood but holds an amount that cannot be: kept, not counted, shown in quarantine. */
export type RecordFault = { readonly path: string; readonly expected: string };

export const recordFault = (mapping: ObjectMapping, programme: Programme, record: SourceRecord): RecordFault | null => {
  if (mapping.role !== 'purchase' && mapping.role !== 'grant') return null;
  if (record.existence?.says === 'gone') return null;
  const amountField: FieldMapping | undefined =
    mapping.role === 'purchase' ? mapping.fields.amount : mapping.fields.value;
  const amount = read(record, amountField);
  if (amount === null || amountField === undefined) return null;
  const minor = toMinorUnits(amount, read(record, mapping.fields.currency) ?? programme.currency);
  if (E.isRight(minor)) return null;
  return faultText(record.ref.object, amountField, mapping.fields.currency ?? amountField, minor.left);
};

const faultText = (
  object: string,
  amountField: FieldMapping,
  currencyField: FieldMapping,
  fault: AmountFault,
): RecordFault =>
  fault.type === 'UnknownCurrency'
    ? { path: `${object}.${currencyField.field}`, expected: 'expected an ISO 4217 currency code' }
    : {
        path: `${object}.${amountField.field}`,
        expected: `expected at most ${fault.decimals} decimals for ${fault.currency}`,
      };

/** Number unknown and not gone: provisional. Number known to be empty, or gone: withdrawn. Else active. */
const standingOf = (mapping: MappingOf<'member'>, record: SourceRecord): Standing => {
  if (record.existence?.says === 'gone') return 'withdrawn';
  if (isUnsaid(record, mapping.fields.number)) return 'provisional';
  return read(record, mapping.fields.number) === null ? 'withdrawn' : 'active';
};

const stateOf = (mapping: MappingOf<'grant'>, status: FieldValue): GrantFacts['state'] => {
  if (mapping.fields.status === undefined) return 'available';
  if (status === null) return 'other';
  if (mapping.availableStatuses?.includes(status)) return 'available';
  return mapping.redeemedStatuses?.includes(status) ? 'redeemed' : 'other';
};

const contribution = (
  boughtOn: string,
  amount: string,
  currency: string,
  isReduction: boolean,
): Contribution | null => {
  const minor = toMinorUnits(amount, currency);
  if (E.isLeft(minor)) return null;
  const signed: MinorUnits = isReduction ? negateMinor(absMinor(minor.right)) : minor.right;
  return { boughtOn, currency, minorUnits: signed, isReduction };
};

/** null: never said, empty, or nothing that the mapping reads. */
const read = (record: SourceRecord, mapping: FieldMapping | undefined): FieldValue =>
  mapping === undefined ? null : (record.fields[mapping.field]?.value ?? null);

/** A day; of a field that holds an instant, the day it falls on. */
const readDay = (record: SourceRecord, mapping: FieldMapping | undefined, timeZone: TimeZone): FieldValue => {
  const value = read(record, mapping);
  if (value === null || mapping?.kind !== 'instant') return value;
  return O.toNullable(localDate(dateAt(Number(value), timeZone)));
};

const isUnsaid = (record: SourceRecord, mapping: FieldMapping | undefined): boolean =>
  mapping === undefined || record.fields[mapping.field] === undefined;
