import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { isJsonObject } from '#domain/index.ts';
import { linesOf, numberThat, oneOf, textThat } from '../../settingCodecs.ts';

/** Of pass.json, what says whose it is. */
export type CheckedPass = t.TypeOf<typeof PassJson>;

/**
 * pass.json held against what Wallet asks for: keys that must be there, their types, fields of a storeCard and how many of them
 * (Wallet Developer Guide, "Creating the Source for a Pass"; read November 2026). Keys that are not known here are let be. Left: each problem in a line.
 */
export const checkPass = (content: Buffer): E.Either<readonly string[], CheckedPass> => {
  const json = parsed(content);
  if (json === undefined) return E.left(['pass.json: expected JSON']);
  const pass = PassJson.decode(json);
  const problems = [...(E.isLeft(pass) ? linesOf(pass.left) : wholeProblems(pass.right)), ...styleProblems(json)];
  return problems.length > 0 || E.isLeft(pass) ? E.left(problems.map((line) => `pass.json: ${line}`)) : pass;
};

const parsed = (content: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return undefined;
  }
};

const optional = <A>(codec: t.Type<A, unknown>) =>
  new t.Type<A | undefined, unknown>(
    codec.name,
    (value): value is A | undefined => value === undefined || codec.is(value),
    (value, context) => (value === undefined ? t.success(undefined) : codec.validate(value, context)),
    t.identity,
  );
const text = textThat('text', (value) => value.isWellFormed());
const nonEmpty = textThat('text', (value) => value.trim() !== '');
const color = optional(
  textThat('a color such as rgb(29, 53, 87)', (value) => /^rgb\( *\d{1,3} *(, *\d{1,3} *){2}\)$/.test(value)),
);
const date = textThat(
  'a date such as 2026-11-21T10:00Z',
  (value) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
);
const styled = (prefix: string, names: readonly string[]) => optional(oneOf(...names.map((name) => prefix + name)));
const dateStyle = styled('PKDateStyle', ['None', 'Short', 'Medium', 'Long', 'Full']);

const Field = t.type(
  {
    key: nonEmpty,
    value: new t.Type<string | number>(
      'text or a number',
      (value): value is string | number => ['string', 'number'].includes(typeof value),
      (value, context) => (typeof value === 'number' ? t.success(value) : text.validate(value, context)),
      t.identity,
    ),
    label: optional(text),
    changeMessage: optional(text),
    currencyCode: optional(textThat('a currency such as EUR', (value) => /^[A-Z]{3}$/.test(value))),
    numberStyle: styled('PKNumberStyle', ['Decimal', 'Percent', 'Scientific', 'SpellOut']),
    ...{ dateStyle, timeStyle: dateStyle },
    textAlignment: styled('PKTextAlignment', ['Left', 'Center', 'Right', 'Natural']),
  },
  'a field',
);
type Field = t.TypeOf<typeof Field>;
const fields = optional(t.readonlyArray(Field, 'a list of fields'));

const StoreCard = t.type(
  { headerFields: fields, primaryFields: fields, secondaryFields: fields, auxiliaryFields: fields, backFields: fields },
  'the fields of a storeCard',
);
const Barcode = t.type(
  {
    format: styled('PKBarcodeFormat', ['QR', 'PDF417', 'Aztec', 'Code128']),
    message: nonEmpty,
    messageEncoding: nonEmpty,
    altText: optional(text),
  },
  'a barcode',
);

const PassJson = t.type(
  {
    formatVersion: oneOf(1),
    ...{ passTypeIdentifier: nonEmpty, teamIdentifier: nonEmpty, serialNumber: nonEmpty },
    ...{ organizationName: nonEmpty, description: nonEmpty, logoText: optional(text) },
    ...{ backgroundColor: color, foregroundColor: color, labelColor: color },
    webServiceURL: optional(textThat('an https address', (value) => URL.canParse(value) && value.startsWith('https:'))),
    authenticationToken: optional(textThat('text of 16 characters or more', (value) => value.length >= 16)),
    barcodes: optional(t.readonlyArray(Barcode, 'a list of barcodes')),
    ...{ voided: optional(t.boolean), expirationDate: optional(date), sharingProhibited: optional(t.boolean) },
    locations: optional(
      t.readonlyArray(
        t.type({
          latitude: numberThat('degrees', (value) => Math.abs(value) <= 90),
          longitude: numberThat('degrees', (value) => Math.abs(value) <= 180),
          relevantText: optional(text),
        }),
        'a list of places',
      ),
    ),
    storeCard: optional(StoreCard),
  },
  'the pass as a JSON object',
);

const STYLES = ['storeCard', 'generic', 'coupon', 'eventTicket', 'boardingPass'];
const styleProblems = (json: unknown): readonly string[] =>
  isJsonObject(json) && STYLES.filter((style) => isJsonObject(json[style])).length === 1
    ? []
    : [`expected one of ${STYLES.join(', ')}, with its fields`];

const wholeProblems = (pass: CheckedPass): readonly string[] => {
  const zones = pass.storeCard;
  const [header, primary] = [zones?.headerFields ?? [], zones?.primaryFields ?? []];
  const middle = [...(zones?.secondaryFields ?? []), ...(zones?.auxiliaryFields ?? [])];
  const all = [...header, ...primary, ...middle, ...(zones?.backFields ?? [])];
  const keys = all.map(({ key }) => key);
  return [
    ...tooMany('headerFields', header, 3),
    ...tooMany('primaryFields', primary, 1),
    ...tooMany('secondaryFields and auxiliaryFields together', middle, 4),
    ...(new Set(keys).size < keys.length ? ['storeCard: expected each key of a field once'] : []),
    ...all.flatMap(fieldProblems),
    ...(all.filter(({ changeMessage }) => changeMessage !== undefined).length > 1
      ? ['storeCard: expected one field with a changeMessage at most, or devices say only that something changed']
      : []),
    ...((pass.webServiceURL === undefined) === (pass.authenticationToken === undefined)
      ? []
      : ['expected webServiceURL and authenticationToken together']),
    ...((pass.locations ?? []).length > 10 ? ['locations: expected 10 at most'] : []),
  ];
};

const tooMany = (zone: string, found: readonly Field[], most: number): readonly string[] =>
  found.length > most ? [`storeCard.${zone}: expected ${most} at most, found ${found.length}`] : [];

const fieldProblems = ({
  key,
  value,
  currencyCode,
  numberStyle,
  dateStyle: style,
  changeMessage,
}: Field): readonly string[] => [
  ...((currencyCode ?? numberStyle) !== undefined && typeof value !== 'number'
    ? [`storeCard: the field ${key}: expected a number beside currencyCode or numberStyle`]
    : []),
  ...(style !== undefined && !date.is(value)
    ? [`storeCard: the field ${key}: expected ${date.name} beside dateStyle`]
    : []),
  ...(changeMessage !== undefined && changeMessage.split('%@').length !== 2
    ? [`storeCard: the field ${key}: expected %@ once in its changeMessage`]
    : []),
];
