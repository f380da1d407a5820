/** Salesforce's compound fields (CDC Developer Guide, "Change Event Fields"): Name of a person, and every …Address. */
const NAME_PARTS = ['Salutation', 'FirstName', 'MiddleName', 'LastName', 'Suffix'] as const;
const ADDRESS_PARTS = [
  'Street',
  'City',
  'State',
  'StateCode',
  'PostalCode',
  'Country',
  'CountryCode',
  'Latitude',
  'Longitude',
  'GeocodeAccuracy',
] as const;

/** Where a flat field lives inside a compound one: MailingCity is MailingAddress.City. null: in none. */
export type CompoundPart = { readonly compound: string; readonly part: string };

export const compoundPartOf = (field: string): CompoundPart | null => {
  if ((NAME_PARTS as readonly string[]).includes(field)) return { compound: 'Name', part: field };
  const part = ADDRESS_PARTS.find((candidate) => field.length > candidate.length && field.endsWith(candidate));
  return part === undefined ? null : { compound: `${field.slice(0, -part.length)}Address`, part };
};

/** What a body says of a flat field, itself or inside its compound; undefined: absent. Part names come in either case (REST: street, CDC: Street). */
export const partValue = (
  body: Readonly<Record<string, unknown>>,
  field: string,
  part: CompoundPart | null,
): unknown => {
  const flat = body[field];
  if (flat !== undefined || part === null) return flat;
  const compound = body[part.compound];
  if (typeof compound !== 'object' || compound === null) return undefined;
  const parts: Readonly<Record<string, unknown>> = { ...compound };
  return parts[part.part] ?? parts[part.part.charAt(0).toLowerCase() + part.part.slice(1)];
};
