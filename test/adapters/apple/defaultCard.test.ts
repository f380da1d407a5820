import { describe, expect, it } from 'vitest';
import { defaultCard } from '#adapters/apple/defaultCard.ts';

type Colors = typeof defaultCard.colors;

const cards: readonly (readonly [string, Colors])[] = [
  ['no tier of its own', defaultCard.colors],
  ...Object.entries(defaultCard.tiers),
];

describe('the built-in card can be read by whoever sees little contrast (WCAG 2.2, 1.4.3: 4.5 to 1)', () => {
  it.each(cards)('%s: values and labels on their ground', (_tier, { background, foreground, label }) => {
    expect(contrast(foreground, background)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(label, background)).toBeGreaterThanOrEqual(4.5);
  });

  it('is of 21 to 1 for black on white, and of 1 to 1 for a colour on itself', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#735612', '#735612')).toBe(1);
  });
});

const contrast = (one: string, other: string): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};

/** Relative, of #rrggbb (WCAG 2.2). */
const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
