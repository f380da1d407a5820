import type { FieldKind } from './fieldValue.ts';
import type { FieldMapping, ObjectMapping } from './mapping.ts';
import { apiName, isApiName, isPlain, namedThings, onlyKeys, type Place, type Plain } from './problems.ts';
import { type Role, type RoleShape, roles, rolesOnPass, sealedAttributes } from './roles.ts';

const KINDS: readonly FieldKind[] = ['text', 'choice', 'decimal', 'date', 'instant', 'flag', 'reference'];

/** One object of a mapping file. null: its problems are noted down. */
export const validateObject = (place: Place, value: unknown): ObjectMapping | null => {
  if (!isPlain(value)) {
    place.expected('an object with role and fields');
    return null;
  }
  const role = value.role;
  if (!isRole(role)) {
    place.at('role').expected(`one of the roles ${Object.keys(roles).join(', ')}`);
    return null;
  }
  const shape: RoleShape = roles[role];
  onlyKeys(place, value, ['role', 'fields', 'custom', ...(shape.isOwned ? ['owner'] : []), ...shape.statusLists]);
  const fields = validateFields(place.at('fields'), value.fields, role, shape);
  const custom = validateCustom(place.at('custom'), value.custom, role);
  const owner = shape.isOwned
    ? apiName(place.at('owner'), value.owner, `the field that refers to the member (a ${role} belongs to one)`)
    : null;
  noFieldTwice(place, fields, custom, owner);
  const statuses = validateStatuses(place, value, shape, 'status' in fields);
  return {
    role,
    ...(owner !== null && { owner }),
    ...statuses,
    fields,
    ...(Object.keys(custom).length > 0 && { custom }),
    // Each part was checked against the shape of its role; whoever noted a problem throws this away.
  } as ObjectMapping;
};

const isRole = (value: unknown): value is Role => typeof value === 'string' && Object.hasOwn(roles, value);

type Fields = Readonly<Record<string, FieldMapping>>;

const validateFields = (place: Place, value: unknown, role: Role, shape: RoleShape): Fields => {
  const given = namedThings(place, value, 'an object of attributes and fields');
  const kinds: Readonly<Record<string, readonly FieldKind[]>> = { ...shape.required, ...shape.optional };
  onlyKeys(place, given, Object.keys(kinds));
  for (const attribute of Object.keys(shape.required))
    if (!Object.hasOwn(given, attribute)) place.at(attribute).expected(`a field: every ${role} has one`);
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([attribute, allowed]) => {
      if (!Object.hasOwn(given, attribute)) return [];
      const isSealed = role === 'member' && sealedAttributes.includes(attribute);
      const read = validateField(place.at(attribute), given[attribute], allowed, isSealed);
      if (read?.onPass) place.at(attribute, 'onPass').expected('no onPass: it is for custom attributes');
      if (read?.isPersonal && !isSealed)
        place.at(attribute, 'isPersonal').expected('a custom attribute instead: events carry this one in clear');
      return read === null ? [] : [[attribute, read]];
    }),
  );
};

const validateCustom = (place: Place, value: unknown, role: Role): Fields =>
  Object.fromEntries(
    Object.entries(namedThings(place, value, 'an object of attributes and fields')).flatMap(([attribute, given]) => {
      const here = place.at(attribute);
      if (!isApiName(attribute)) here.expected('a name of letters, digits and "_"');
      const read = validateField(here, given, KINDS, false);
      if (read?.onPass && !rolesOnPass.includes(role))
        here.at('onPass').expected(`no onPass: only attributes of ${rolesOnPass.join(', ')} are shown on the pass`);
      if (read?.isPersonal && !roles[role].isOwned && role !== 'member')
        here.at('isPersonal').expected(`no isPersonal: a ${role} belongs to no member whose key could seal it`);
      return read === null ? [] : [[attribute, read]];
    }),
  );

const FIELD_KEYS = ['field', 'kind', 'isPersonal', 'isInChangeEvents', 'onPass'];

/** allowed: kinds that the attribute may be read as, the usual one first. */
const validateField = (
  place: Place,
  given: unknown,
  allowed: readonly FieldKind[],
  isSealed: boolean,
): FieldMapping | null => {
  const value: unknown = typeof given === 'string' ? { field: given } : given;
  if (!isPlain(value)) {
    place.expected('the name of a field, or { field, kind }');
    return null;
  }
  onlyKeys(place, value, FIELD_KEYS);
  const field = apiName(typeof given === 'string' ? place : place.at('field'), value.field, 'the API name of a field');
  const kind = value.kind === undefined ? allowed[0] : KINDS.find((known) => known === value.kind);
  if (kind === undefined || !allowed.includes(kind))
    place.at('kind').expected(`one of the kinds ${allowed.join(', ')}`);
  const isPersonal = flag(place.at('isPersonal'), value.isPersonal, isSealed);
  const isInChangeEvents = flag(place.at('isInChangeEvents'), value.isInChangeEvents, true);
  const onPass = flag(place.at('onPass'), value.onPass, false);
  return field === null || kind === undefined ? null : { field, kind, isPersonal, isInChangeEvents, onPass };
};

const flag = (place: Place, value: unknown, otherwise: boolean): boolean => {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') place.expected('true or false');
  return value === true;
};

/** Two attributes of one field are most often a copied line. */
const noFieldTwice = (place: Place, fields: Fields, custom: Fields, owner: string | null): void => {
  const seen = new Map<string, string>(owner === null ? [] : [[owner, 'owner']]);
  const all = [
    ...Object.entries(fields).map(([name, read]) => ['fields', name, read.field] as const),
    ...Object.entries(custom).map(([name, read]) => ['custom', name, read.field] as const),
  ];
  for (const [part, attribute, field] of all) {
    const first = seen.get(field);
    if (first === undefined) seen.set(field, `${part}.${attribute}`);
    else place.at(part, attribute).expected(`another field: ${field} is ${first} already`);
  }
};

const validateStatuses = (
  place: Place,
  value: Plain,
  { statusLists }: RoleShape,
  isStatusMapped: boolean,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    statusLists.flatMap((name) => {
      const list = value[name];
      if (list === undefined && !isStatusMapped) return [];
      if (Array.isArray(list) && list.every((status) => typeof status === 'string')) return [[name, list]];
      place.at(name).expected('a list of statuses, as the source writes them');
      return [];
    }),
  );
