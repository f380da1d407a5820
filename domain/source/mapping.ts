import type { TimeZone } from '../values/calendar.ts';
import type { FieldKind } from './fieldValue.ts';

/** What an object means to the loyalty programme. */
export type Role = 'member' | 'purchase' | 'grant' | 'definition';

/**
 * How the records of a source become members, purchases, grants and definitions, in the user's own words.
 * Plain data: a preset, or a user's one file.
 */
export type Mapping = {
  readonly programme: Programme;
  /** By API name of the object. */
  readonly objects: Readonly<Record<string, ObjectMapping>>;
  /** AppFlow flow name → object, where a flow is not named after its object. */
  readonly flows: Readonly<Record<string, string>>;
  /** Which flows read a whole object: what two of their runs in a row leave out does not exist any more. Absent: none. */
  readonly fullLoads?: readonly FullLoad[];
};

/** A flow that reads all records of its object, or several that do so together. A flow is named as in `flows`, or as its object. */
export type FullLoad = string | readonly string[];

export type Programme = {
  /** Of an amount that names no currency. ISO 4217. */
  readonly currency: string;
  /** Whose midnight a day begins at. */
  readonly timeZone: TimeZone;
  /** Clock differences and query delays between Salesforce and AppFlow, in ms. */
  readonly extractionMarginMs: number;
};

export type ObjectMapping =
  | ({ readonly role: 'member' } & Fields<MemberAttribute>)
  | ({
      readonly role: 'purchase';
      readonly owner: string;
      readonly countedStatuses: readonly string[];
    } & Fields<PurchaseAttribute>)
  | ({
      readonly role: 'grant';
      readonly owner: string;
      readonly availableStatuses: readonly string[];
      readonly redeemedStatuses: readonly string[];
    } & Fields<GrantAttribute>)
  | ({ readonly role: 'definition' } & Fields<DefinitionAttribute>);

/** Attribute (our word) → field (the source's word). */
type Fields<Attribute extends string> = { readonly fields: Readonly<Record<Attribute, FieldMapping>> };

export type MemberAttribute = 'number' | 'firstName' | 'lastName' | 'email' | 'memberSince' | 'mergedInto';
export type PurchaseAttribute =
  | 'number'
  | 'boughtOn'
  | 'status'
  | 'amount'
  | 'currency'
  | 'isReduction'
  | 'originalPurchase';
export type GrantAttribute =
  | 'definition'
  | 'title'
  | 'status'
  | 'validFrom'
  | 'validTo'
  | 'redeemedOn'
  | 'value'
  | 'currency';
export type DefinitionAttribute = 'title' | 'terms' | 'startsOn' | 'endsOn' | 'isActive';

export type FieldMapping = {
  /** Canonical flat API name: FirstName, MailingStreet. */
  readonly field: string;
  readonly kind: FieldKind;
  /** Sealed under the member's key wherever it is stored. */
  readonly isPersonal: boolean;
  /** False: change events never carry it (formula, long text), so its absence there says nothing. */
  readonly isInChangeEvents: boolean;
};

export const field = (name: string, kind: FieldKind): FieldMapping => ({
  field: name,
  kind,
  isPersonal: false,
  isInChangeEvents: true,
});
export const personal = (mapping: FieldMapping): FieldMapping => ({ ...mapping, isPersonal: true });
export const rowsOnly = (mapping: FieldMapping): FieldMapping => ({ ...mapping, isInChangeEvents: false });

/** What an object of that name means; undefined: it is not mapped. The name may come from outside, such as "constructor". */
export const meaningOf = ({ objects }: Mapping, object: string): ObjectMapping | undefined =>
  Object.hasOwn(objects, object) ? objects[object] : undefined;

/** The object whose records a flow brings. */
export const objectOfFlow = ({ flows }: Pick<Mapping, 'flows'>, flow: string): string =>
  (Object.hasOwn(flows, flow) ? flows[flow] : undefined) ?? flow;

/** Every field that a source reads of an object: its attributes and its reference to the owner. */
export const fieldsRead = (mapping: ObjectMapping): readonly FieldMapping[] => {
  const attributes: readonly FieldMapping[] = Object.values(mapping.fields);
  return 'owner' in mapping ? [...attributes, field(mapping.owner, 'reference')] : attributes;
};
