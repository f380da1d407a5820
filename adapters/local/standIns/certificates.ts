import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { EpochMs } from '#domain/index.ts';

/** PEM, of both. */
export type Issued = { readonly certificate: string; readonly key: string };

/** A chain shaped as Apple's, made anew: nobody else trusts it. */
export type Certificates = {
  readonly root: Issued;
  readonly intermediate: Issued;
  /** Signs passes and pushes. */
  readonly pass: Issued;
  /** The text of the secret `apple-certificate`: leaf, its key, intermediate. */
  readonly identity: string;
  /** For servers on localhost and 127.0.0.1, issued by the root. */
  readonly loopback: Issued;
};

export type CertificateOptions = {
  readonly passTypeIdentifier: string;
  readonly teamIdentifier: string;
  readonly now: EpochMs;
};

x509.cryptoProvider.set(globalThis.crypto);

export const makeCertificates = async (_options: CertificateOptions): Promise<Certificates> => {
  throw new Error('not there yet');
};
