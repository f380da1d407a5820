import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { closed, linesOf, numberFrom, oneOfKeys, orNull, readText, textThat, withDefault } from '../settingCodecs.ts';
import { defaultCard } from './defaultCard.ts';
import { readPath } from './expression.ts';
import { fieldKey, slotsCodec } from './field.ts';
import { passShape, type Shape } from './passShape.ts';
import { textsCodec } from './texts.ts';

/** How a pass is drawn: a card of a shop, with its fields in their places. Fields that have nothing to show are left out. */
export type Template = t.TypeOf<ReturnType<typeof templateCodec>>;
export type Colors = t.TypeOf<typeof Colors>;
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

export const BARCODES = {
  QR: 'PKBarcodeFormatQR',
  PDF417: 'PKBarcodeFormatPDF417',
  Aztec: 'PKBarcodeFormatAztec',
  Code128: 'PKBarcodeFormatCode128',
} as const;
/** As a language is written for Apple's folders and for Intl alike. */
const language = textThat('a language, such as en or de-CH', (text) => {
  try {
    return /^[a-z]{2,3}(-|$)/.test(text) && Intl.getCanonicalLocales(text)[0] === text;
  } catch {
    return false;
  }
});
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

const path = (scope: Shape) =>
  readText('a path', (value) =>
    typeof value === 'string' ? readPath(value, scope) : E.left('a path such as promotions'),
  );
const datePath = readText('the path of a date', (value) => {
  const found = path(passShape).decode(value);
  if (E.isRight(found) && ['date', 'text'].includes(String(found.right.shape))) return found;
  return E.left('the path of a date, such as promotions[state=expiring].validTo');
});

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
      messages: withDefault(t.readonlyArray(fieldKey, 'a list of keys of fields'), []),
      expiresAfter: withDefault(orNull(datePath), null),
      relevantOn: withDefault(orNull(datePath), null),
      locations: withDefault(
        t.readonlyArray(
          closed(
            { latitude: numberFrom(-90, 90), longitude: numberFrom(-180, 180), text: withDefault(texts, []) },
            'a place',
          ),
          'a list of places',
        ),
        [],
      ),
      isSharingProhibited: withDefault(t.boolean, true),
    },
    'a card as a JSON object',
  );
};
