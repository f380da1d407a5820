/** What Google Wallet takes of a loyalty class or object (walletobjects v1; Google Wallet, Error codes), as far as billfold sends any of it. */
export type Resource = { readonly [field: string]: unknown };
export type Kind = 'loyaltyClass' | 'loyaltyObject';

/** Where, and the rule. */
export type Breach = { readonly where: string; readonly rule: string };

/** null deletes, what is nested is gone into, an array is replaced as a whole. */
export const patched = (before: Resource, change: Resource): Resource => {
  const after: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(change)) {
    const inner = isResource(value) ? patched(isResource(after[key]) ? after[key] : {}, value) : value;
    if (inner === null || (isResource(inner) && Object.keys(inner).length === 0)) delete after[key];
    else after[key] = inner;
  }
  return after;
};

export const breachOf = (kind: Kind, issuerId: string, resource: Resource): Breach | null => {
  const rules = kind === 'loyaltyClass' ? classRules : objectRules;
  const id = resource.id;
  if (typeof id !== 'string' || !id.startsWith(`${issuerId}.`) || !/^\d+\.[\w.-]+$/.test(id))
    return { where: 'id', rule: 'issuer id, dot, letters, digits, dots, _ and -' };
  for (const [where, rule, isKept] of rules) if (!isKept(at(resource, where))) return { where, rule };
  return null;
};

type Rule = readonly [where: string, rule: string, isKept: (value: unknown) => boolean];

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.isWellFormed();
const isAbsentOr = (isKept: (value: unknown) => boolean) => (value: unknown) => value === undefined || isKept(value);
const oneOf =
  (...values: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && values.includes(value);
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const atMost = (most: number) => (value: unknown) => Array.isArray(value) && value.length <= most;
const isImage = (value: unknown): boolean =>
  isResource(value) && matches(/^https?:\/\/\S+$/)(at(value, 'sourceUri.uri'));
const every = (isKept: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(isKept);

const isTextModule = (value: unknown): boolean =>
  isResource(value) && isText(value.header) && isText(value.body) && isAbsentOr(matches(/^[\w-]+$/))(value.id);
const areTextModules = (value: unknown): boolean =>
  every(isTextModule)(value) &&
  new Set((value as readonly Resource[]).map(({ id }) => id)).size === (value as unknown[]).length;

const isMoney = (value: unknown): boolean =>
  isResource(value) &&
  matches(/^\d{1,19}$/)(value.micros) &&
  BigInt(String(value.micros)) < 2n ** 63n &&
  matches(/^[A-Z]{3}$/)(value.currencyCode);
const isInt = (value: unknown): boolean => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
const arePoints = (value: unknown): boolean => {
  if (!isResource(value) || !isResource(value.balance)) return false;
  const { string, int, double, money } = value.balance;
  const said = [string, int, double, money].filter((one) => one !== undefined);
  return (
    said.length === 1 &&
    isAbsentOr(isText)(value.label) &&
    isAbsentOr(isText)(string) &&
    isAbsentOr(isInt)(int) &&
    isAbsentOr(isMoney)(money)
  );
};

const common: readonly Rule[] = [
  ['textModulesData', 'each with header and body, and an id of its own', isAbsentOr(areTextModules)],
  ['messages', 'at most 10', isAbsentOr(atMost(10))],
  ['merchantLocations', 'at most 10', isAbsentOr(atMost(10))],
  ['heroImage', 'an image', isAbsentOr(isImage)],
];
const objectRules: readonly Rule[] = [
  ['classId', 'required', isText],
  ['state', 'required', oneOf('ACTIVE', 'INACTIVE', 'COMPLETED', 'EXPIRED', 'active', 'inactive')],
  ['accountId', 'text', isAbsentOr(isText)],
  ['accountName', 'text', isAbsentOr(isText)],
  [
    'barcode.type',
    'a known type',
    isAbsentOr(oneOf('QR_CODE', 'CODE_128', 'PDF_417', 'AZTEC', 'EAN_13', 'UPC_A', 'TEXT_ONLY')),
  ],
  ['barcode.value', 'text', isAbsentOr(isText)],
  ['loyaltyPoints', 'exactly one balance', isAbsentOr(arePoints)],
  ['secondaryLoyaltyPoints', 'exactly one balance', isAbsentOr(arePoints)],
  ...common,
];
const classRules: readonly Rule[] = [
  ['issuerName', 'required', isText],
  ['programName', 'required', isText],
  ['programLogo', 'required, an image', isImage],
  ['reviewStatus', 'required', oneOf('DRAFT', 'UNDER_REVIEW', 'APPROVED', 'draft', 'underReview', 'approved')],
  ['hexBackgroundColor', '#rrggbb', isAbsentOr(matches(/^#([\da-f]{3}|[\da-f]{6})$/i))],
  ['callbackOptions.url', 'https', isAbsentOr(matches(/^https:\/\/\S+$/))],
  ...common,
];

const at = (resource: Resource, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (isResource(inner) ? inner[key] : undefined), resource);

export const isResource = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A partial answer: fields=id,hasUsers,messages(id). */
export const onlyFields = (resource: unknown, fields: string | null): unknown => {
  if (fields === null || fields === '') return resource;
  if (Array.isArray(resource)) return resource.map((one) => onlyFields(one, fields));
  if (!isResource(resource)) return resource;
  const wanted = fields.match(/[^,()]+(\([^()]*\))?/g) ?? [];
  return Object.fromEntries(
    wanted.flatMap((one) => {
      const [, key = '', inner] = /^([^(]+)(?:\((.*)\))?$/.exec(one) ?? [];
      return key in resource ? [[key, onlyFields(resource[key], inner ?? null)]] : [];
    }),
  );
};
