import * as E from 'fp-ts/lib/Either.js';
import type { Images } from './images.ts';
import type { AppleSettings } from './settings.ts';
import type { Template } from './template.ts';

/** How the passes look. */
export type Design = { readonly template: Template; readonly images: Images };

/** Reads template and images beside destinations.json; what is not there is built in. directory null: all of it. Left: each problem in a line. */
export const loadDesign = async (
  _directory: string | null,
  _settings: Pick<AppleSettings, 'template'>,
): Promise<E.Either<readonly string[], Design>> => E.left(['not there yet']);
