import type { TimeZone } from '../values/calendar.ts';
import type { FeedsOfObject } from './feeds.ts';
import type { FieldKind } from './fieldValue.ts';
import type { OptionalAttribute, RequiredAttribute, Role } from './roles.ts';

/**
 * How the records of a source become members, purchases, grants and definitions, in the user's own words.
 * Plain data: a preset, or a user's one file (see mappingFile.ts).
 */
export type Mapping = {
  readonly programme: Programme;
  /** By API name of the object. */
  readonly objects: Readonly<Record<string, ObjectMapping>>;
  /** AppFlow flow name → object, where a flow is not named after its object. */
  readonly flows: Readonly<Record<string, string>>;
  /** Which flows read a whole object: what two of their runs in a row leave out does not exist any more. Absent: none. */
  readonly fullLoads?: readonly FullLoad[];
  /** Which flows a deployed billfold has for an object. Absent: the usual ones. */
  readonly feeds?: Readonly<Record<string, FeedsOfObject>>;
  /** By API name of the event. Absent: none. */
  readonly platformEvents?: Readonly<Record<string, PlatformEventMapping>>;
  /** API names of objects, or of events, that the org sends and nobody reads: their change events and files are no mistake. Absent: none. */
  readonly ignored?: readonly string[];
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
  | ({ readonly role: 'member' } & Attributes<'member'>)
  | ({ readonly role: 'purchase'; readonly countedStatuses?: readonly string[] } & Owned & Attributes<'purchase'>)
  | ({
      readonly role: 'grant';
      readonly availableStatuses?: readonly string[];
      readonly redeemedStatuses?: readonly string[];
    } & Owned &
      Attributes<'grant'>)
  | ({ readonly role: 'definition' } & Attributes<'definition'>)
  | ({ readonly role: 'memberTier' } & Owned & Attributes<'memberTier'>)
  | ({ readonly role: 'tier' } & Attributes<'tier'>)
  | ({ readonly role: 'points' } & Owned & Attributes<'points'>);

export type MappingOf<R extends Role> = Extract<ObjectMapping, { readonly role: R }>;

/** The field that refers to the member. */
type Owned = { readonly owner: string };

/** Attribute (our word) → field (the source's word). */
type Attributes<R extends Role> = {
  readonly fields: Readonly<Record<RequiredAttribute<R>, FieldMapping>> &
    Readonly<Partial<Record<OptionalAttribute<R>, FieldMapping>>>;
  /** Further attributes, by the user's own names: carried in events and, where marked, shown on the pass. Absent: none. */
  readonly custom?: Readonly<Record<string, FieldMapping>>;
};

export type FieldMapping = {
  /** Canonical flat API name: FirstName, MailingStreet. */
  readonly field: string;
  readonly kind: FieldKind;
  /** Sealed under the member's key wherever it is stored. */
  readonly isPersonal: boolean;
  /** False: change events never carry it (formula, long text), so its absence there says nothing. */
  readonly isInChangeEvents: boolean;
  /** Custom attributes of members, grants and definitions: shown on the pass. */
  readonly onPass: boolean;
};

/** A platform event that tells of a record: it has no record id or header of its own. */
export type PlatformEventMapping = {
  readonly object: string;
  /** Event field that holds the record's id. */
  readonly id: string;
  /** Event field that says as of when, such as CreatedDate. */
  readonly stamp: string;
  /** changed: says the fields that hold a value. whole: says all of `fields`, empty ones included. deleted: the record is gone. */
  readonly kind: 'changed' | 'whole' | 'deleted';
  /** Event field → field of the object. */
  readonly fields: Readonly<Record<string, string>>;
};

export const field = (name: string, kind: FieldKind): FieldMapping => ({
  field: name,
  kind,
  isPersonal: false,
  isInChangeEvents: true,
  onPass: false,
});
export const personal = (mapping: FieldMapping): FieldMapping => ({ ...mapping, isPersonal: true });
export const rowsOnly = (mapping: FieldMapping): FieldMapping => ({ ...mapping, isInChangeEvents: false });
export const onPass = (mapping: FieldMapping): FieldMapping => ({ ...mapping, onPass: true });

/** What an object of that name means; undefined: it is not mapped. The name may come from outside, such as "constructor". */
export const meaningOf = ({ objects }: Mapping, object: string): ObjectMapping | undefined =>
  Object.hasOwn(objects, object) ? objects[object] : undefined;

/** Whether what comes of an object, or an event of that name, is passed over, rather than put aside as a mistake. */
export const isIgnored = ({ ignored = [] }: Mapping, object: string): boolean => ignored.includes(object);

/** The object whose records a flow brings. */
export const objectOfFlow = ({ flows }: Pick<Mapping, 'flows'>, flow: string): string =>
  (Object.hasOwn(flows, flow) ? flows[flow] : undefined) ?? flow;

/** Every field that a source reads of an object: its attributes, custom ones too, and its reference to the owner. */
export const fieldsRead = (mapping: ObjectMapping): readonly FieldMapping[] => {
  const attributes: readonly FieldMapping[] = [
    ...Object.values(mapping.fields),
    ...Object.values(mapping.custom ?? {}),
  ];
  return 'owner' in mapping ? [...attributes, field(mapping.owner, 'reference')] : attributes;
};
