import * as E from 'fp-ts/lib/Either.js';
import { JobRequest } from '#domain/index.ts';

/** What is left out of each. */
const DEFAULTS: Readonly<Record<string, object>> = {
  replay: { projection: null, memberId: null, segments: 4 },
  verify: { sample: 0.01, memberId: null, segments: 4 },
  diff: { projection: null },
  promote: { projection: null, back: false, pushesPerSecond: 100 },
  reconcile: { republishSince: null, segments: 4 },
};

const MAX_SEGMENTS = 1_000;

/** What somebody asks for, completed; else what was expected. */
export const readRequest = (body: unknown): E.Either<string, JobRequest> => {
  const type =
    typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string' ? body.type : '';
  const defaults = DEFAULTS[type];
  if (defaults === undefined || !Object.hasOwn(DEFAULTS, type))
    return E.left(`type: expected one of ${Object.keys(DEFAULTS).join(', ')}`);
  const decoded = JobRequest.decode({ ...defaults, ...(body as object) });
  if (E.isLeft(decoded)) return E.left(`expected a ${type}: ${Object.keys(defaults).join(', ')}`);
  const request = decoded.right;
  if ('segments' in request && !isWhole(request.segments, 1, MAX_SEGMENTS))
    return E.left(`segments: expected a whole number from 1 to ${MAX_SEGMENTS}`);
  if (request.type === 'verify' && !(request.sample > 0 && request.sample <= 1))
    return E.left('sample: expected a share of the members above 0 and up to 1');
  if (request.type === 'promote' && !(request.pushesPerSecond > 0 && request.pushesPerSecond <= 100_000))
    return E.left('pushesPerSecond: expected a number above 0');
  return E.right(request);
};

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
