import { follow } from './expression.ts';
import { ALIGNMENTS, DATE_STYLES, type Field, type Slot } from './field.ts';
import { elementsOf, type PassView } from './passShape.ts';
import { type ShownValue, valueAlone, written } from './shownValue.ts';
import type { Template } from './template.ts';
import type { Text, Texts } from './texts.ts';
import type { Translations } from './translations.ts';

type FieldJson = ShownValue & { readonly key: string; readonly label?: string; readonly textAlignment?: string };
export type ShownField = { readonly field: Field; readonly json: FieldJson };
type Side = 'front' | 'back';

/** Writes what a template asks for, of one pass. */
export type Pen = {
  readonly view: PassView;
  readonly shown: (slots: readonly Slot[], side: Side) => readonly ShownField[];
  /** For pass.json; null: there is nothing to say. */
  readonly text: (texts: Texts, side: Side) => string | null;
};

export const penOf = ({ languages }: Template, view: PassView, words: Translations): Pen => {
  const textIn = (text: Text, root: unknown, side: Side): string | null => {
    const written = inLanguages(languages, text, root, side);
    return written === null ? null : words.keyOf(written);
  };

  const firstText = (texts: Texts, root: unknown, side: Side): string | null => {
    for (const text of texts) {
      const found = textIn(text, root, side);
      if (found !== null) return found;
    }
    return null;
  };

  const shownValue = (field: Field, root: unknown, side: Side): ShownValue | null => {
    for (const text of field.value) {
      const [phrase = []] = text;
      const alone = text.every(({ length }) => length === 1) ? valueAlone(phrase, root, DATE_STYLES[field.date]) : null;
      const value = alone === null ? textIn(text, root, side) : null;
      if (alone !== null) return alone;
      if (value !== null) return { value };
    }
    return null;
  };

  const drawn = (field: Field, key: string, root: unknown, side: Side): readonly ShownField[] => {
    const value = shownValue(field, root, side);
    if (value === null) return [];
    const label = firstText(field.label, root, 'front');
    const alignment = field.align === 'natural' ? {} : { textAlignment: ALIGNMENTS[field.align] };
    return [{ field, json: { key, ...(label !== null && { label }), ...value, ...alignment } }];
  };

  const inSlot = (slot: Slot, side: Side): readonly ShownField[] => {
    for (const field of slot) {
      const fields =
        field.each === null
          ? drawn(field, field.key, view, side)
          : elementsOf(follow(view, field.each), field.each.shape)
              .slice(0, field.most)
              .flatMap((item, at) => drawn(field, `${field.key}-${at + 1}`, { ...view, item }, side));
      if (fields.length > 0) return fields;
    }
    return [];
  };

  return {
    view,
    shown: (slots, side) => slots.flatMap((slot) => inSlot(slot, side)),
    text: (texts, side) => firstText(texts, view, side),
  };
};

/** null: some value is unknown, or nothing is left to read. */
const inLanguages = (languages: readonly string[], text: Text, root: unknown, side: Side): readonly string[] | null => {
  const texts: string[] = [];
  for (const [at, language] of languages.entries()) {
    const phrase = written(text[at] ?? [], root, language);
    const readable = phrase === null ? '' : readableText(phrase, side);
    if (readable === '') return null;
    texts.push(readable);
  }
  return texts;
};

/** Longer texts are cut: nobody reads them on a card, and a card has to be fetched. */
const MOST_CHARACTERS: Readonly<Record<Side, number>> = { front: 250, back: 5_000 };

/** Without what cannot be shown: control characters, halves of characters; on the front in one line. */
const readableText = (text: string, side: Side): string => {
  const clean = IS_ODD.test(text) ? cleaned(text, side) : text;
  return clean.length <= MOST_CHARACTERS[side] ? clean : `${clean.slice(0, MOST_CHARACTERS[side] - 1).toWellFormed()}…`;
};

const cleaned = (text: string, side: Side): string => {
  // Before spaces become one: what is taken out from between two leaves no two.
  const shown = text.replace(NO_SPACE, '');
  const inLines = side === 'front' ? shown.replace(/[\s\u0085]+/g, ' ') : shown.replace(/\r\n?/g, '\n');
  return inLines.toWellFormed().replace(CONTROLS, '').trim();
};
/** Most texts have none of it, and looking once is faster. Among what is odd are all spaces but single plain ones within. */
const IS_ODD = /[^\x20-\x7e\u00a0-\ud7ff\ue000-\uffff]|[\u2028\u2029]|\s\s|^\s|\s$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: of them, those that are no space
const NO_SPACE = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;
