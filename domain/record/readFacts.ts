import * as E from 'fp-ts/lib/Either.js';
import type {
  Contribution,
  DefinitionFacts,
  GrantFacts,
  MemberFacts,
  PurchaseFacts,
  Standing,
} from '../event/facts.ts';
import type { FieldMapping, ObjectMapping, Programme } from '../source/mapping.ts';
import type { FieldValue } from '../source/observation.ts';
import { type AmountFault, absMinor, type MinorUnits, negateMinor, toMinorUnits } from '../values/money.ts';
import type { SourceRecord } from './record.ts';

type MappingOf<Role extends ObjectMapping['role']> = Extract<ObjectMapping, { role: Role }>;

/** The facts of a record in our own words, amounts judged with the merged currency. */
export const readMember = (mapping: MappingOf<'member'>, record: SourceRecord): MemberFacts => {
  const { fields } = mapping;
  return {
    standing: standingOf(mapping, record),
    number: read(record, fields.number),
    memberSince: read(record, fields.memberSince),
    mergedInto: read(record, fields.mergedInto),
    personal: {
      firstName: read(record, fields.firstName),
      lastName: read(record, fields.lastName),
      email: read(record, fields.email),
    },
  };
};

export const readPurchase = (
  mapping: MappingOf<'purchase'>,
  programme: Programme,
  record: SourceRecord,
): PurchaseFacts => {
  const { fields } = mapping;
  const status = read(record, fields.status);
  const boughtOn = read(record, fields.boughtOn);
  const amount = read(record, fields.amount);
  const currency = read(record, fields.currency);
  const isReduction = read(record, fields.isReduction) === 'true';
  const counts =
    status !== null && mapping.countedStatuses.includes(status) && boughtOn !== null && amount !== null
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
  };
};

export const readGrant = (mapping: MappingOf<'grant'>, programme: Programme, record: SourceRecord): GrantFacts => {
  const { fields } = mapping;
  const status = read(record, fields.status);
  const value = read(record, fields.value);
  const currency = read(record, fields.currency) ?? programme.currency;
  const worth = value === null ? null : toMinorUnits(value, currency);
  return {
    definition: read(record, fields.definition),
    title: read(record, fields.title),
    status,
    state: stateOf(mapping, status),
    validFrom: read(record, fields.validFrom),
    validTo: read(record, fields.validTo),
    redeemedOn: read(record, fields.redeemedOn),
    value: worth !== null && E.isRight(worth) ? { minorUnits: worth.right, currency } : null,
  };
};

/** A definition whose activity was never said restricts nothing; said and empty, it is inactive. */
export const readDefinition = (mapping: MappingOf<'definition'>, record: SourceRecord): DefinitionFacts => {
  const { fields } = mapping;
  return {
    title: read(record, fields.title),
    terms: read(record, fields.terms),
    startsOn: read(record, fields.startsOn),
    endsOn: read(record, fields.endsOn),
    isActive: isUnsaid(record, fields.isActive) || read(record, fields.isActive) === 'true',
  };
};

/** A record that was understood but holds an amount that cannot be: kept, not counted, shown in quarantine. */
export type RecordFault = { readonly path: string; readonly expected: string };

export const recordFault = (mapping: ObjectMapping, programme: Programme, record: SourceRecord): RecordFault | null => {
  if (mapping.role !== 'purchase' && mapping.role !== 'grant') return null;
  if (record.existence?.says === 'gone') return null;
  const amountField = mapping.role === 'purchase' ? mapping.fields.amount : mapping.fields.value;
  const amount = read(record, amountField);
  if (amount === null) return null;
  const minor = toMinorUnits(amount, read(record, mapping.fields.currency) ?? programme.currency);
  if (E.isRight(minor)) return null;
  return faultText(record.ref.object, amountField, mapping.fields.currency, minor.left);
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
  if (status === null) return 'other';
  if (mapping.availableStatuses.includes(status)) return 'available';
  return mapping.redeemedStatuses.includes(status) ? 'redeemed' : 'other';
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

const read = (record: SourceRecord, mapping: FieldMapping): FieldValue => record.fields[mapping.field]?.value ?? null;

const isUnsaid = (record: SourceRecord, mapping: FieldMapping): boolean => record.fields[mapping.field] === undefined;
