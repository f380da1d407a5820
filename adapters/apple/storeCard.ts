import type { Pass } from '#domain/index.ts';
import { isDay } from './calendarDay.ts';
import { changePath, follow } from './expression.ts';
import type { Field } from './field.ts';
import { type PassView, viewOf } from './passShape.ts';
import { type Pen, penOf, type ShownField } from './pen.ts';
import type { AppleSettings } from './settings.ts';
import { written } from './shownValue.ts';
import { BARCODES, type Colors, type Template } from './template.ts';
import { type Translations, translations } from './translations.ts';

/** Of a card, what is drawn. changed: paths of the pass that differ from what some holders have; lately: those that differ from the revision before. */
export type Drawn = {
  readonly pass: Pass;
  readonly revision: number;
  readonly changed: readonly string[];
  readonly lately: readonly string[];
};

/** pass.json and the pass.strings of each language. */
export type DrawnCard = { readonly passJson: object; readonly strings: ReturnType<Translations['files']> };

export type DrawCard = (drawn: Drawn, authenticationToken: string) => DrawnCard;

/** Draws a pass by a template. Whatever the pass holds, it can be drawn: what is unknown is left out. */
export const drawCard =
  (template: Template, settings: AppleSettings): DrawCard =>
  ({ pass, revision, changed, lately }, authenticationToken) => {
    const words = translations(template.languages);
    const pen = penOf(template, viewOf(pass), words);
    const zones = {
      headerFields: pen.shown(template.header, 'front'),
      primaryFields: pen.shown(template.primary, 'front'),
      secondaryFields: pen.shown(template.secondary, 'front'),
      auxiliaryFields: pen.shown(template.auxiliary, 'front'),
      backFields: pen.shown(template.back, 'back'),
    };
    // Most phones have the revision before: one that fetches nothing any more must not decide of what the others are told.
    const shown = Object.values(zones).flat();
    const told = messageOf(template, shown, lately) ?? messageOf(template, shown, changed);
    const storeCard = Object.entries(zones).map(([zone, fields]) => [
      zone,
      fields.map(({ field, json }) =>
        field === told && field.message !== null ? { ...json, changeMessage: words.keyOf(field.message) } : json,
      ),
    ]);
    const passJson = {
      formatVersion: 1,
      passTypeIdentifier: settings.passTypeIdentifier,
      teamIdentifier: settings.teamIdentifier,
      serialNumber: pass.memberId,
      organizationName: settings.organizationName,
      description: settings.description,
      ...logoText(template, settings, pen),
      ...colorsOf(template.tiers[pass.tier.name ?? ''] ?? template.colors),
      ...barcodes(template, pen),
      ...(template.locations.length > 0 && { locations: template.locations.map((place) => location(place, pen)) }),
      ...(pass.status === 'withdrawn' && { voided: true }),
      ...expiration(template, pen.view),
      ...relevance(template, pen.view),
      ...(template.isSharingProhibited && { sharingProhibited: true }),
      webServiceURL: settings.webServiceUrl,
      authenticationToken,
      // So that each revision is another pass, also where the template shows nothing of what changed: devices complain of updates that are none.
      userInfo: { revision },
      storeCard: Object.fromEntries(storeCard),
    };
    return { passJson, strings: words.files() };
  };

/** The one field whose change is told: a device that is told of several says only that something changed (Stack Overflow 15877496). */
const messageOf = (
  { messages }: Template,
  shown: readonly ShownField[],
  changed: readonly string[],
): Field | undefined => {
  const spoken = shown.map(({ field }) => field).filter(({ message }) => message !== null);
  const told = spoken.filter((field) => readsAny(field, changed));
  return messages.flatMap((key) => told.filter((field) => field.key === key))[0];
};

const readsAny = ({ value }: Field, changed: readonly string[]): boolean =>
  value
    .flat(2)
    .some((part) => typeof part !== 'string' && changed.some((path) => isWithin(path, changePath(part.path))));
const isWithin = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

const logoText = (template: Template, { organizationName }: AppleSettings, pen: Pen) => {
  const text = template.logoText.length === 0 ? organizationName : pen.text(template.logoText, 'front');
  return text === null ? {} : { logoText: text };
};

const colorsOf = ({ background, foreground, label }: Colors) => ({
  ...{ backgroundColor: background, foregroundColor: foreground, labelColor: label },
});

/** More than a reader at a till takes in is no barcode. */
const MOST_IN_BARCODE = 500;

const barcodes = ({ barcode, languages }: Template, pen: Pen) => {
  if (barcode === null) return {};
  const [first = ''] = languages;
  const message = barcode.message
    .map(([phrase = []]) => written(phrase, pen.view, first))
    .find((text) => text !== null);
  if (message == null || message.trim() === '' || message.length > MOST_IN_BARCODE) return {};
  const altText = pen.text(barcode.altText, 'front');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1
  const messageEncoding = /^[\u0000-\u00ff]*$/.test(message) ? 'iso-8859-1' : 'utf-8';
  const format = BARCODES[barcode.format];
  return {
    barcodes: [{ format, message: message.toWellFormed(), messageEncoding, ...(altText !== null && { altText }) }],
  };
};

const location = ({ latitude, longitude, text }: Template['locations'][number], pen: Pen) => {
  const relevantText = pen.text(text, 'front');
  return { latitude, longitude, ...(relevantText !== null && { relevantText }) };
};

const expiration = ({ expiresAfter }: Template, view: PassView) => {
  const date = expiresAfter === null ? undefined : follow(view, expiresAfter).find(isDay);
  return date === undefined ? {} : { expirationDate: `${date}T23:59:59Z` };
};

/** Named `date` since iOS 26, `relevantDate` before. */
const relevance = ({ relevantOn }: Template, view: PassView) => {
  const dates = relevantOn === null ? [] : [...new Set(follow(view, relevantOn).filter(isDay))].slice(0, 10);
  if (dates.length === 0) return {};
  return { relevantDates: dates.map((date) => ({ date: `${date}T09:00:00Z`, relevantDate: `${date}T09:00:00Z` })) };
};
