import { describe, expect, it } from 'vitest';
import { codeImage } from '#adapters/console/page/wallet/codes.ts';

const svgOf = (image: string | null): string => decodeURIComponent(image?.replace('data:image/svg+xml,', '') ?? '');

describe('a bar code', () => {
  it.each(['QR', 'PDF417', 'Aztec', 'Code 128'] as const)('is drawn as %s, as a picture in an address', (symbology) => {
    const image = codeImage(symbology, 'M-100234');
    expect(image).toMatch(/^data:image\/svg\+xml,/);
    expect(svgOf(image)).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"[\s\S]*<path[\s\S]*<\/svg>\s*$/);
    expect(codeImage(symbology, 'M-100235')).not.toBe(image);
  });

  it('holds any text, as UTF-8', () => {
    expect(codeImage('QR', 'Ærø 漢字 🎁')).not.toBeNull();
  });

  it('is none where the message does not fit', () => {
    expect(codeImage('QR', 'x'.repeat(5_000))).toBeNull();
  });
});
