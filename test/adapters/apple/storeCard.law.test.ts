import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { checkPass } from '#adapters/apple/check/checkPass.ts';
import { type DrawnCard, drawCard } from '#adapters/apple/storeCard.ts';
import { readTemplate } from '#adapters/apple/template.ts';
import { isJsonObject, type Pass } from '#domain/index.ts';
import { changedArb, passArb, readStrings, right, settings, TOKEN, zoe } from './support.ts';

const defaultTemplate = right(readTemplate(null));
/** Everything that the built-in card leaves out. */
const richTemplate = right(
  readTemplate(
    JSON.stringify({
      languages: ['fr', 'en', 'de-CH'],
      logoText: ['{custom.brand}', 'Société'],
      colors: { background: '#000000', foreground: '#ffffff', label: '#cccccc' },
      header: [{ key: 'number', label: 'N°', value: '{memberNumber}', message: 'N° %@' }],
      primary: [{ key: 'first', value: '{spend.lifetime[currency=JPY]}', message: '%@' }],
      secondary: [{ key: 'size', label: '{custom.size|words}', value: '{custom.size|date}', message: '%@ !' }],
      auxiliary: [
        {
          key: 'custom',
          label: 'Extra',
          value: { fr: '{custom.size|number} {{x}}', en: '{custom.size|money EUR}', 'de-CH': '{custom.size}' },
        },
        [
          { key: 'points', value: '{points[1].balance}' },
          { key: 'points', value: '{tier.progress}' },
        ],
      ],
      back: [{ key: 'all', each: 'custom', label: '{item.name}', value: '{item.value}', most: 2 }],
      barcode: { format: 'PDF417', message: ['{custom.code}', '{memberId}'], altText: '{holder.firstName}' },
      messages: ['number', 'first', 'size'],
      ...{ expiresAfter: 'custom.size', relevantOn: 'promotions.validTo', isSharingProhibited: false },
      locations: [{ latitude: 53.5, longitude: 10, text: { fr: 'Près', en: 'Near', 'de-CH': 'Nah' } }],
    }),
  ),
);

const plain = { languages: ['en'], colors: { background: '#000000', foreground: '#ffffff', label: '#cccccc' } };

const draw = (
  template: typeof defaultTemplate,
  pass: Pass,
  changed: readonly string[] = [],
  lately: readonly string[] = changed,
) => {
  const card = drawCard(template, settings)({ pass, revision: 3, changed, lately }, TOKEN);
  const json = JSON.stringify(card.passJson);
  return { card, json, fields: fieldsOf(JSON.parse(json)) };
};

type Field = Readonly<Record<string, unknown>>;
const fieldsOf = (json: unknown): readonly Field[] =>
  isJsonObject(json) && isJsonObject(json.storeCard) ? Object.values(json.storeCard).flat().filter(isJsonObject) : [];
const fieldOf = (fields: readonly Field[], key: string): Field | undefined => fields.find((field) => field.key === key);

/** What a device in that language shows for a text. */
const shownIn = ({ strings }: DrawnCard, language: string, text: unknown): unknown => {
  const file = strings.find(([name]) => name === language)?.[1];
  return file === undefined ? text : (readStrings(file).get(String(text)) ?? text);
};

const templates = { default: defaultTemplate, rich: richTemplate };
const templateArb = fc.constantFrom<keyof typeof templates>('default', 'rich');

describe('every pass that there can be', () => {
  test('gives a storeCard that Wallet takes, within its limits', () => {
    fc.assert(
      fc.property(templateArb, passArb, changedArb, (template, pass, changed) => {
        const { json } = draw(templates[template], pass, changed);
        expect(checkPass(Buffer.from(json))).toMatchObject({ _tag: 'Right' });
        expect(json.length).toBeLessThan(60_000);
      }),
      { numRuns: 300, examples: [['default', zoe, ['tier.name']]] },
    );
  });

  test.each(['2026-13-01', '2026-02-31', '9999-99-99', '0000-00-00'])(
    'is drawn though what should be a day is none: %s is shown as it came, and ends no pass',
    (size) => {
      const { card, fields } = draw(richTemplate, { ...zoe, custom: { size } });
      const shown = fieldOf(fields, 'size');
      expect(shown).not.toHaveProperty('dateStyle');
      expect(shownIn(card, 'fr', shown?.value)).toBe(size);
      expect(card.passJson).not.toHaveProperty('expirationDate');
      const field = { key: 'until', value: 'until {custom.size|date}' };
      const said = right(readTemplate(JSON.stringify({ ...plain, primary: [field] })));
      expect(fieldOf(draw(said, { ...zoe, custom: { size } }).fields, 'until')?.value).toBe(`until ${size}`);
    },
  );

  test('is drawn the same each time', () => {
    fc.assert(
      fc.property(templateArb, passArb, changedArb, (template, pass, changed) => {
        expect(draw(templates[template], pass, changed).card).toEqual(
          draw(templates[template], structuredClone(pass), changed).card,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('has one field with a message at most, and none where nothing changed', () => {
    fc.assert(
      fc.property(templateArb, passArb, changedArb, (template, pass, changed) => {
        const spoken = draw(templates[template], pass, changed).fields.filter(
          ({ changeMessage }) => changeMessage !== undefined,
        );
        expect(spoken.length).toBeLessThanOrEqual(changed.length === 0 ? 0 : 1);
      }),
      { numRuns: 200 },
    );
  });

  test('tells of what changed with this revision; of what changed before only where that says nothing', () => {
    const field = (key: string, value: string) => ({ key, value, message: '%@' });
    const secondary = [field('tier', '{tier.name}'), field('number', '{memberNumber}')];
    const template = right(readTemplate(JSON.stringify({ ...plain, secondary, messages: ['tier', 'number'] })));
    const told = (lately: readonly string[]) =>
      draw(template, zoe, ['tier.name', 'memberNumber', 'promotions'], lately)
        .fields.filter(({ changeMessage }) => changeMessage !== undefined)
        .map(({ key }) => key);
    expect(told(['memberNumber'])).toEqual(['number']);
    expect(told(['promotions'])).toEqual(['tier']);
  });

  test('calls its holder what it is called in every language, though it be the word for something else', () => {
    const template = right(
      readTemplate(
        JSON.stringify({
          languages: ['en', 'de'],
          colors: { background: '#000000', foreground: '#ffffff', label: '#cccccc' },
          primary: [{ key: 'name', label: { en: 'Status', de: 'Stand' }, value: '{holder.firstName}' }],
          secondary: [
            {
              key: 'other',
              label: { en: 'Member', de: 'Mitglied' },
              value: { en: 'Hi {holder.firstName}', de: 'Hallo {holder.firstName}' },
            },
          ],
        }),
      ),
    );
    fc.assert(
      fc.property(passArb, fc.constantFrom('en', 'de'), (pass, language) => {
        const { card, fields } = draw(template, pass);
        const name = fieldOf(fields, 'name');
        const readable = legible(pass.holder.firstName ?? '');
        expect(shownIn(card, language, name?.value ?? '')).toBe(readable);
        if (name !== undefined)
          expect(shownIn(card, language, name.label)).toBe(language === 'en' ? 'Status' : 'Stand');
        const other = shownIn(card, language, fieldOf(fields, 'other')?.value ?? '');
        if (readable !== '' && readable.length < 200)
          expect(other).toBe(`${language === 'en' ? 'Hi' : 'Hallo'} ${readable}`);
      }),
      { numRuns: 300, examples: [[{ ...zoe, holder: { ...zoe.holder, firstName: '\u0000\t!' } }, 'en']] },
    );
  });
});

/** One line of at most 250 characters that can be read. */
const legible = (name: string): string => {
  const line = name
    .toWellFormed()
    .replace(/(?![\s\u0085])\p{Cc}/gu, '')
    .replace(/[\s\u0085]+/g, ' ')
    .trim();
  return line.length <= 250 ? line : `${line.slice(0, 249).toWellFormed()}…`;
};

describe('a card', () => {
  test('shows tier, spend, what is missing to the next tier, and offers that end', () => {
    const { fields, json } = draw(defaultTemplate, zoe);
    expect(fieldOf(fields, 'tier')).toEqual({ key: 'tier', label: 'Status', value: 'Gold' });
    expect(fieldOf(fields, 'balance')).toMatchObject({
      label: 'Spent in 12 months',
      value: 2240.5,
      currencyCode: 'EUR',
    });
    expect(fieldOf(fields, 'next')).toMatchObject({ label: 'To Platinum', value: 2759.5, currencyCode: 'EUR' });
    expect(fieldOf(fields, 'member')).toMatchObject({ value: 'Zoë Müller' });
    expect(fieldOf(fields, 'offers')).toMatchObject({ label: 'Ending soon', value: '1 of 2' });
    expect(fieldOf(fields, 'offer-1')).toMatchObject({
      label: '10 € welcome voucher',
      value: '€10.00, until November 25, 2026',
    });
    expect(JSON.parse(json)).toMatchObject({
      barcodes: [{ format: 'PKBarcodeFormatQR', message: 'M-100234', altText: 'M-100234' }],
      backgroundColor: 'rgb(115, 86, 18)',
      userInfo: { revision: 3 },
    });
    expect(JSON.parse(json)).not.toHaveProperty('voided');
  });

  test('says it in the holder’s language', () => {
    const { card, fields } = draw(defaultTemplate, zoe, ['tier.name']);
    expect(shownIn(card, 'de', fieldOf(fields, 'next')?.label)).toBe('Bis Platinum');
    expect(shownIn(card, 'de', fieldOf(fields, 'offer-1')?.value)).toBe('10,00\u00a0€, bis 25. November 2026');
    expect(shownIn(card, 'de', fieldOf(fields, 'tier')?.changeMessage)).toBe('Dein Status ist jetzt %@');
  });

  test('tells of the most important change alone', () => {
    const told = (...changed: readonly string[]) =>
      draw(defaultTemplate, zoe, changed)
        .fields.filter(({ changeMessage }) => changeMessage !== undefined)
        .map(({ key }) => key);
    expect(told('promotions', 'tier.name', 'spend.lifetime')).toEqual(['tier']);
    expect(told('promotions', 'spend.lifetime')).toEqual(['offers']);
    expect(told('tier')).toEqual(['tier']);
    expect(told('spend.lifetime', 'holder.firstName')).toEqual([]);
  });

  test('shows points first where there are any', () => {
    const points = [{ name: 'Stars', balance: '1250' }];
    const { fields } = draw(defaultTemplate, { ...zoe, points }, ['points']);
    expect(fieldOf(fields, 'balance')).toEqual({
      ...{ key: 'balance', label: 'Stars', value: 1250, numberStyle: 'PKNumberStyleDecimal' },
      changeMessage: 'Your new balance: %@',
    });
  });

  test('shows attributes that the mapping added', () => {
    const { fields } = draw(defaultTemplate, { ...zoe, custom: { favouriteStore: 'Hamburg', none: null } });
    expect(fields.filter(({ key }) => String(key).startsWith('custom'))).toEqual([
      { key: 'custom-1', label: 'Favourite store', value: 'Hamburg' },
    ]);
  });

  test('of a withdrawn member is void', () => {
    const { json } = draw(defaultTemplate, { ...zoe, status: 'withdrawn', memberNumber: null });
    expect(JSON.parse(json)).toMatchObject({ voided: true });
    expect(JSON.parse(json)).not.toHaveProperty('barcodes');
  });

  test('writes an amount that no number holds as text, to the last cent', () => {
    const lifetime = [
      { amount: '9007199254740.93', currency: 'EUR' },
      { amount: '9007199254740993.25', currency: 'EUR' },
      { amount: '999999999999999.99', currency: 'EUR' },
    ];
    const { fields } = draw(defaultTemplate, { ...zoe, spend: { ...zoe.spend, lifetime } });
    expect(fieldOf(fields, 'lifetime-1')).toMatchObject({ value: 9007199254740.93, currencyCode: 'EUR' });
    expect(fieldOf(fields, 'lifetime-3')).toMatchObject({ value: '€999,999,999,999,999.99' });
    expect(fieldOf(fields, 'lifetime-2')).toEqual({
      key: 'lifetime-2',
      label: 'All your purchases (EUR)',
      value: '€9,007,199,254,740,993.25',
    });
  });

  test('says dates as the calendar has them, wherever its holder is', () => {
    expect(fieldOf(draw(defaultTemplate, zoe).fields, 'since')).toMatchObject({
      ...{ value: '2023-04-01T00:00Z', dateStyle: 'PKDateStyleLong', timeStyle: 'PKDateStyleNone' },
      ignoresTimeZone: true,
    });
  });

  test('ends and comes up when its template says so', () => {
    const { json } = draw(richTemplate, { ...zoe, custom: { size: '2027-01-31', code: 'ü€' } });
    expect(JSON.parse(json)).toMatchObject({
      expirationDate: '2027-01-31T23:59:59Z',
      relevantDates: [{ date: '2026-11-25T09:00:00Z', relevantDate: '2026-11-25T09:00:00Z' }],
      barcodes: [{ format: 'PKBarcodeFormatPDF417', message: 'ü€', messageEncoding: 'utf-8' }],
    });
    expect(E.isRight(checkPass(Buffer.from(json)))).toBe(true);
  });
});
