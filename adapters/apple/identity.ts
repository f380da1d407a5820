import type { KeyObject, X509Certificate } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { EpochMs } from '#domain/index.ts';
import type { AppleSettings } from './settings.ts';

/** Whose passes they are: one certificate signs them and opens the connection to APNs. */
export type SigningIdentity = {
  readonly leaf: X509Certificate;
  readonly key: KeyObject;
  readonly intermediate: X509Certificate;
  /** When the first of them ends. */
  readonly notAfter: EpochMs;
  /** Whole days left at the time of reading. */
  readonly daysLeft: number;
};

/** The identity in the secret `apple-certificate`: leaf, its key and the intermediate, as PEM, in any order. Left: each problem in a line, never the text. */
export const readIdentity = (
  _pem: string,
  _settings: Pick<AppleSettings, 'passTypeIdentifier' | 'teamIdentifier'>,
  _now: EpochMs,
): E.Either<readonly string[], SigningIdentity> => E.left(['not there yet']);
