import { InvalidArgumentError } from 'commander';

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

/** "1%" or "0.01": a share above 0 and up to 1. */
export const share = (text: string): number => {
  const match = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('expected a share such as 1% or 0.01');
  return value;
};

export const rate = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 100_000)) throw new InvalidArgumentError('expected a number above 0');
  return value;
};

/** Epoch ms. */
export const instant = (text: string): number => {
  const at = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(at))
    throw new InvalidArgumentError('expected an instant such as 2026-03-01 or 2026-03-01T12:00:00Z');
  return at;
};
