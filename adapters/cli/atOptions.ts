import { InvalidArgumentError, Option } from 'commander';

/** Travel in recorded time: what was known at an instant, or right after an event. */
export type AtOptions = { readonly at?: string; readonly atVersion?: string };

/** The API takes either by one name; here each says what it takes. */
export const atOption = (): Option =>
  new Option('--at <instant>', 'as it stood then, such as 2026-03-01T12:00:00Z; a date is its beginning, UTC')
    .conflicts('atVersion')
    .argParser((text: string) => {
      if (/^-?\d*$/.test(text))
        throw new InvalidArgumentError('expected a date such as 2026-03-01, or with a time; a version is --at-version');
      return text;
    });

export const atVersionOption = (): Option =>
  new Option('--at-version <n>', 'as it stood right after that event, the first being 1').argParser((text: string) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1');
    return text;
  });

export const atQuery = ({ at, atVersion }: AtOptions): string => {
  const asked = atVersion ?? at;
  return asked === undefined ? '' : `?at=${encodeURIComponent(asked)}`;
};
