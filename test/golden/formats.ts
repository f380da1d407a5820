import { readdirSync } from 'node:fs';
import { EVENT_FORMAT } from '#domain/index.ts';
import { samples } from './samples.ts';

/** The format of a shape, by the first word of its name, that is written today. */
export const formatOf = (name: string): number => (name.split('.')[0] === 'event' ? EVENT_FORMAT : 1);

export const goldenFiles: readonly string[] = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

/** "event 2": what is written today. */
export const writtenFormats = (): readonly string[] => [
  ...new Set(Object.keys(samples).map((name) => `${name.split('.')[0]} ${formatOf(name)}`)),
];

/** Items by themselves that no version before looks for, so that none has to know them. */
export const metByNobodyElse: readonly string[] = ['fingerprints 1'];

/** What can be read today: every golden file is. A format that is read before it is written has a file that was made by hand. */
export const readFormats = (): readonly string[] => [
  ...new Set(goldenFiles.map((file) => `${file.split('.')[0]} ${file.split('.').at(-2)}`)),
];
