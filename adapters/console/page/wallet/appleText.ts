import type { AppleField } from '../../../http/answers/drawnCards.ts';

/** A field's value as Wallet writes it for a phone of that language. Dates are of no time zone. */
export const appleText = (field: AppleField, language: string): string => {
  const { value, currencyCode, numberStyle, dateStyle } = field;
  if (typeof value === 'number') {
    if (currencyCode !== undefined)
      return new Intl.NumberFormat(language, { style: 'currency', currency: currencyCode }).format(value);
    if (numberStyle === 'PKNumberStylePercent')
      return new Intl.NumberFormat(language, { style: 'percent' }).format(value);
    return new Intl.NumberFormat(language, { maximumFractionDigits: 20 }).format(value);
  }
  const style = DATE_STYLES[dateStyle ?? ''];
  const date = new Date(value);
  if (style === undefined || Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(language, { dateStyle: style, timeZone: 'UTC' }).format(date);
};

const DATE_STYLES: Readonly<Record<string, 'short' | 'medium' | 'long' | 'full'>> = {
  PKDateStyleShort: 'short',
  PKDateStyleMedium: 'medium',
  PKDateStyleLong: 'long',
  PKDateStyleFull: 'full',
};
