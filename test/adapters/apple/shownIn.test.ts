import { describe, expect, it } from 'vitest';
import { shownIn } from '#adapters/apple/shownIn.ts';
import { drawCard } from '#adapters/apple/storeCard.ts';
import { readTemplate } from '#adapters/apple/template.ts';
import { right, settings, TOKEN, zoe } from './support.ts';

const card = {
  languages: ['de', 'en'],
  colors: { background: '#000000', foreground: '#ffffff', label: '#cccccc' },
  header: [{ key: 'tier', label: { de: 'Stufe', en: 'Tier' }, value: '{tier.name}' }],
  back: [
    { key: 'way', label: 'Stufe', value: { de: 'Zeile "eins"\nZeile \\ zwei', en: 'Line "one"\nline \\ two' } },
    { key: 'spend', label: { de: 'Umsatz', en: 'Spent' }, value: '{tier.qualifyingSpend}' },
  ],
  barcode: { format: 'QR', message: 'Stufe', altText: { de: 'Stufe', en: 'Tier' } },
};
const drawn = drawCard(right(readTemplate(JSON.stringify(card))), settings)(
  { pass: zoe, revision: 1, changed: [], lately: [] },
  TOKEN,
);

describe('a card as a phone of some language shows it', () => {
  it('has every text of that language, with its quotes, lines and backslashes', () => {
    expect(shownIn(drawn, 'en')).toMatchObject({
      barcodes: [{ altText: 'Tier' }],
      storeCard: {
        headerFields: [{ label: 'Tier', value: 'Gold' }],
        backFields: [{ value: 'Line "one"\nline \\ two' }, { label: 'Spent', value: 2240.5 }],
      },
    });
  });

  it('shows texts that read alike as each of them is meant, without the character that tells them apart', () => {
    expect(shownIn(drawn, 'en')).toMatchObject({ storeCard: { backFields: [{ label: 'Stufe' }, {}] } });
    expect(shownIn(drawn, 'de')).toMatchObject({
      storeCard: { headerFields: [{ label: 'Stufe' }], backFields: [{ label: 'Stufe' }, {}] },
    });
  });

  it('never changes what a reader at a till reads', () => {
    expect(shownIn(drawn, 'en')).toMatchObject({ barcodes: [{ message: 'Stufe' }] });
  });
});
