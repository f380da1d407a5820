import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { isJsonObject } from '#domain/index.ts';
import { closed, linesOf, numberThat, oneOf, orNull, readText, textThat, withDefault } from './codecs.ts';
import { defaultCard } from './defaultCard.ts';
import { type Path, readPath } from './expression.ts';
import { elementOf, passShape, type Shape } from './passShape.ts';
import { messageCodec, type Texts, textsCodec } from './texts.ts';

/** How a pass is drawn: a card of a shop, with its fields in their places. Fields that have nothing to show are left out. */
export type Template = t.TypeOf<ReturnType<typeof templateCodec>>;
export type Colors = t.TypeOf<typeof Colors>;
/** What is shown in one place: the first of them that has something to show. */
export type Slot = readonly Field[];

export type Field = {
  readonly key: string;
  readonly label: Texts;
  readonly value: Texts;
  /** Told on the lock screen when the value changes, for each language; null: never. */
  readonly message: readonly string[] | null;
  readonly align: keyof typeof ALIGNMENTS;
  readonly date: keyof typeof DATE_STYLES;
  /** A field for each of these, {item} in its texts; null: one. */
  readonly each: Path | null;
  readonly most: number;
};

/** Reads the text of a card.json; null: the built-in card. Left: a line for each problem, with where and what was expected. */
export const readTemplate = (text: string | null): E.Either<readonly string[], Template> => {
  const json = text === null ? E.right(defaultCard) : parsed(text);
  if (E.isLeft(json)) return json;
  const languages = Languages.decode(json.right);
  if (E.isLeft(languages)) return E.left(linesOf(languages.left));
  const template = templateCodec(languages.right.languages).decode(json.right);
  if (E.isLeft(template)) return E.left(linesOf(template.left));
  const problems = wholeProblems(template.right);
  return problems.length > 0 ? E.left(problems) : template;
};

const parsed = (text: string): E.Either<readonly string[], unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch (error) {
    return E.left([`expected JSON${error instanceof SyntaxError ? ` (${error.message})` : ''}`]);
  }
};

/** The places of a storeCard: at most so many fields (Wallet Developer Guide, "Pass Design and Creation"; read November 2026). */
const MOST = { header: 3, primary: 1, secondaryAndAuxiliary: 4 };

const wholeProblems = ({ secondary, auxiliary, messages, ...template }: Template): readonly string[] => {
  const slots = [...template.header, ...template.primary, ...secondary, ...auxiliary, ...template.back];
  const keys = slots.flatMap((slot) => [...new Set(slot.map(({ key }) => key))]);
  const doubled = new Set(keys.filter((key, at) => keys.indexOf(key) !== at));
  const spoken = slots.flat().filter(({ message }) => message !== null);
  const silent = messages.filter((key) => !spoken.some((field) => field.key === key));
  const unordered = new Set(spoken.map(({ key }) => key).filter((key) => !messages.includes(key)));
  const repeated = spoken.filter(({ each }) => each !== null);
  return [
    ...repeated.map(
      ({ key }) => `${key}: expected no message, as a field for each of a list can change at several places`,
    ),
    ...(secondary.length + auxiliary.length > MOST.secondaryAndAuxiliary
      ? [`secondary, auxiliary: expected at most ${MOST.secondaryAndAuxiliary} fields in both together`]
      : []),
    ...[...doubled].map((key) => `the key ${key} stands in two places: expected another in each`),
    ...silent.map((key) => `messages: expected the key of a field that has a message, found ${key}`),
    ...[...unordered].map((key) => `messages: expected ${key} among them, as that field has a message`),
  ];
};

export const ALIGNMENTS = {
  left: 'PKTextAlignmentLeft',
  center: 'PKTextAlignmentCenter',
  right: 'PKTextAlignmentRight',
  natural: 'PKTextAlignmentNatural',
} as const;
export const DATE_STYLES = {
  short: 'PKDateStyleShort',
  medium: 'PKDateStyleMedium',
  long: 'PKDateStyleLong',
  full: 'PKDateStyleFull',
} as const;
export const BARCODES = {
  QR: 'PKBarcodeFormatQR',
  PDF417: 'PKBarcodeFormatPDF417',
  Aztec: 'PKBarcodeFormatAztec',
  Code128: 'PKBarcodeFormatCode128',
} as const;
const oneOfKeys = <Known extends object>(known: Known) => oneOf(...(Object.keys(known) as (keyof Known & string)[]));

const language = textThat('a language, such as en or de-CH', (text) => /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text));
const Languages = t.type(
  {
    languages: readText('languages', (value) =>
      Array.isArray(value) && value.length > 0 && value.length <= 40 && value.every(language.is)
        ? E.right(value as readonly string[])
        : E.left('a list of languages, such as ["en", "de"]; the first is for everybody else'),
    ),
  },
  'a card as a JSON object',
);

const color = readText('a color', (value) => {
  const [, hex] = typeof value === 'string' ? (/^#([\da-fA-F]{6})$/.exec(value) ?? []) : [];
  if (hex === undefined) return E.left('a color such as #1d3557');
  return E.right(`rgb(${[0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(', ')})`);
});
const Colors = closed({ background: color, foreground: color, label: color }, 'background, foreground and label');

const key = textThat('a key of letters, digits, - and _', (text) => /^[\w-]{1,64}$/.test(text));
const number = (least: number, most: number) =>
  numberThat(`a number from ${least} to ${most}`, (value) => value >= least && value <= most);

const path = (scope: Shape) =>
  readText('a path', (value) =>
    typeof value === 'string' ? readPath(value, scope) : E.left('a path such as promotions'),
  );
const listPath = readText('the path of a list', (value) => {
  const found =
    typeof value === 'string' ? readPath(value, passShape) : E.left('the path of a list, such as promotions');
  if (E.isLeft(found) || elementOf(found.right.shape) !== null) return found;
  return E.left('the path of a list, such as promotions');
});
const datePath = readText('the path of a date', (value) => {
  const found = path(passShape).decode(value);
  if (E.isRight(found) && ['date', 'text'].includes(String(found.right.shape))) return found;
  return E.left('the path of a date, such as promotions[state=expiring].validTo');
});

/** Texts of a field that stands for each of a list speak of {item}. */
const fieldCodec = (languages: readonly string[]): t.Type<Field, unknown> =>
  new t.Type<Field, unknown>(
    'a field: { "key": …, "label": …, "value": … }',
    (_value): _value is Field => false,
    (value, context) => {
      const each = isJsonObject(value) ? listPath.decode(value.each) : E.left([]);
      const element = E.isRight(each) ? elementOf(each.right.shape) : null;
      const scope: Shape =
        element === null || typeof passShape !== 'object' || !('fields' in passShape)
          ? passShape
          : { fields: { ...passShape.fields, item: element } };
      return closed(
        {
          key,
          label: withDefault(textsCodec(languages, scope), []),
          value: textsCodec(languages, scope),
          message: withDefault(orNull(messageCodec(languages)), null),
          align: withDefault(oneOfKeys(ALIGNMENTS), 'natural'),
          date: withDefault(oneOfKeys(DATE_STYLES), 'medium'),
          each: withDefault(orNull(listPath), null),
          most: withDefault(number(1, 100), 30),
        },
        'a field: { "key": …, "label": …, "value": … }',
      ).validate(value, context);
    },
    t.identity,
  );

const slotsCodec = (languages: readonly string[], most: number) => {
  const field = fieldCodec(languages);
  const slot = new t.Type<Slot, unknown>(
    'a field, or a list of fields of which the first with a value is shown',
    (_value): _value is Slot => false,
    (value, context) =>
      Array.isArray(value)
        ? t.readonlyArray(field).validate(value, context)
        : E.map((one: Field): Slot => [one])(field.validate(value, context)),
    t.identity,
  );
  const slots = t.readonlyArray(slot, 'a list of fields');
  return withDefault(
    new t.Type<readonly Slot[], unknown>(
      slots.name,
      slots.is,
      (value, context) =>
        Array.isArray(value) && value.length > most
          ? t.failure(null, context, `expected at most ${most === 1 ? '1 field' : `${most} fields`}`)
          : slots.validate(value, context),
      t.identity,
    ),
    [],
  );
};

const templateCodec = (languages: readonly string[]) => {
  const texts = textsCodec(languages, passShape);
  return closed(
    {
      languages: Languages.props.languages,
      /** Beside the logo. */
      logoText: withDefault(texts, []),
      colors: Colors,
      /** Of single tiers, by name. */
      tiers: withDefault(t.readonly(t.record(t.string, Colors)), {}),
      header: slotsCodec(languages, MOST.header),
      primary: slotsCodec(languages, MOST.primary),
      secondary: slotsCodec(languages, MOST.secondaryAndAuxiliary),
      auxiliary: slotsCodec(languages, MOST.secondaryAndAuxiliary),
      back: slotsCodec(languages, 100),
      barcode: withDefault(
        orNull(closed({ format: oneOfKeys(BARCODES), message: texts, altText: withDefault(texts, []) }, 'a barcode')),
        null,
      ),
      /** Keys of fields with a message, the most important first: of those that changed, one is told. */
      messages: withDefault(t.readonlyArray(key, 'a list of keys of fields'), []),
      expiresAfter: withDefault(orNull(datePath), null),
      relevantOn: withDefault(orNull(datePath), null),
      locations: withDefault(
        t.readonlyArray(
          closed({ latitude: number(-90, 90), longitude: number(-180, 180), text: withDefault(texts, []) }, 'a place'),
          'a list of places',
        ),
        [],
      ),
      isSharingProhibited: withDefault(t.boolean, true),
    },
    'a card as a JSON object',
  );
};
