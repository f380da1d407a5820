import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { isJsonObject } from '#domain/index.ts';
import { closed, numberFrom, oneOfKeys, orNull, readText, textThat, withDefault } from '../settingCodecs.ts';
import { type Path, readPath } from './expression.ts';
import { elementOf, passShape, type Shape } from './passShape.ts';
import { messageCodec, type Texts, textsCodec } from './texts.ts';

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
export const fieldKey = textThat('a key of letters, digits, - and _', (text) => /^[\w-]{1,64}$/.test(text));
const listPath = readText('the path of a list', (value) => {
  const found =
    typeof value === 'string' ? readPath(value, passShape) : E.left('the path of a list, such as promotions');
  if (E.isLeft(found) || elementOf(found.right.shape) !== null) return found;
  return E.left('the path of a list, such as promotions');
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
          key: fieldKey,
          label: withDefault(textsCodec(languages, scope), []),
          value: textsCodec(languages, scope),
          message: withDefault(orNull(messageCodec(languages)), null),
          align: withDefault(oneOfKeys(ALIGNMENTS), 'natural'),
          date: withDefault(oneOfKeys(DATE_STYLES), 'medium'),
          each: withDefault(orNull(listPath), null),
          most: withDefault(numberFrom(1, 100), 30),
        },
        'a field: { "key": …, "label": …, "value": … }',
      ).validate(value, context);
    },
    t.identity,
  );

/** A list of places, at most so many. */
export const slotsCodec = (languages: readonly string[], most: number) => {
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
