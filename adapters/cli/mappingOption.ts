import { Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { type Mapping, presetNames } from '#domain/index.ts';
import { loadMapping } from '../mapping/loadMapping.ts';
import { CommandFailed } from './client.ts';

/** Which objects and fields are read, and what they mean. */
export const mappingOption = (): Option =>
  new Option('--mapping <file>', `a mapping file (.ts, .json) or a preset: ${presetNames.join(', ')}`)
    .env('BILLFOLD_MAPPING')
    .default('retail');

/** Throws CommandFailed, with a line for each problem. */
export const mappingOf = async (name: string): Promise<Mapping> => {
  const mapping = await loadMapping(name);
  if (E.isLeft(mapping)) throw new CommandFailed(mapping.left.message);
  return mapping.right;
};
