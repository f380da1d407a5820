import { isDeepStrictEqual } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import type { JobRequest } from '#domain/index.ts';
import { type NightName, topology } from '../topology.ts';
import { readRequest } from './readRequest.ts';

/** The job of the night whose work that is, whoever asked for it; null: it is none of them. */
export const nightOf = (request: JobRequest): NightName | null =>
  names.find((name) => isDeepStrictEqual(E.right(request), readRequest(topology.nightly[name].request))) ?? null;

const names = Object.keys(topology.nightly) as NightName[];
