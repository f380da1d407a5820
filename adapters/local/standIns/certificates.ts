import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { EpochMs } from '#domain/index.ts';

/** PEM, of both. */
export type Issued = { readonly certificate: string; readonly key: string };

/** A chain shaped as Apple's, made anew: nobody else trusts it. RSA, 2,048 bits. */
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
  /** Of the pass certificate; else from yesterday, for a year. */
  readonly validity?: { readonly notBefore: EpochMs; readonly notAfter: EpochMs };
  /** What the intermediate calls itself, as Apple's do. */
  readonly generation?: string;
};

x509.cryptoProvider.set(globalThis.crypto);

/** Made in under a second; a new one at every call. */
export const makeCertificates = async (options: CertificateOptions): Promise<Certificates> => {
  const { now, passTypeIdentifier, teamIdentifier } = options;
  const rootName: x509.JsonName = [{ C: ['US'] }, { O: ['billfold stand-in'] }, { CN: ['Stand-in Root CA'] }];
  const root = await issue(null, {
    subject: rootName,
    validity: lasting(now, 20),
    extensions: authority(1),
  });
  const [intermediate, loopback] = await Promise.all([
    issue(root, {
      subject: [
        ...[{ C: ['US'] }, { O: ['billfold stand-in'] }, { OU: [options.generation ?? 'G4'] }],
        { CN: ['Stand-in Worldwide Developer Relations Certification Authority'] },
      ],
      validity: lasting(now, 4),
      extensions: authority(0),
    }),
    issue(root, {
      subject: [{ CN: ['localhost'] }],
      validity: lasting(now, 1),
      extensions: [
        ...endEntity([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...[
            { type: 'dns' as const, value: 'localhost' },
            { type: 'ip' as const, value: '127.0.0.1' },
          ],
          { type: 'ip' as const, value: '::1' },
        ]),
      ],
    }),
  ]);
  const pass = await issue(intermediate, {
    subject: [
      ...[{ [UID]: [passTypeIdentifier] }, { CN: [`Pass Type ID: ${passTypeIdentifier}`] }],
      ...[{ OU: [teamIdentifier] }, { O: ['billfold stand-in'] }, { C: ['US'] }],
    ],
    validity: options.validity ?? lasting(now, 1),
    extensions: endEntity([x509.ExtendedKeyUsage.clientAuth, PASS_SIGNING]),
  });
  return {
    ...{ root: pemOf(root), intermediate: pemOf(intermediate), pass: pemOf(pass), loopback: pemOf(loopback) },
    identity: [pass.pem, pass.keyPem, intermediate.pem].join('\n'),
  };
};

/** userid of RFC 4519; what Apple's pass certificates carry beside clientAuth. */
const UID = '0.9.2342.19200300.100.1.1';
const PASS_SIGNING = '1.2.840.113635.100.4.14';

type Authority = {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly pem: string;
  readonly keyPem: string;
};

type Wanted = {
  readonly subject: x509.JsonName;
  readonly validity: NonNullable<CertificateOptions['validity']>;
  readonly extensions: readonly x509.Extension[];
};

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) };

/** by null: it issues itself. */
const issue = async (by: Authority | null, { subject, validity, extensions }: Wanted): Promise<Authority> => {
  const keys = await crypto.subtle.generateKey({ ...RSA, modulusLength: 2048 }, true, ['sign', 'verify']);
  const issuerKey = by === null ? keys.publicKey : by.certificate.publicKey;
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: by === null ? subject : by.certificate.subjectName,
    notBefore: new Date(validity.notBefore),
    notAfter: new Date(validity.notAfter),
    signingAlgorithm: RSA,
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
  });
  const keyPem = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { certificate, keys, pem: certificate.toString('pem'), keyPem };
};

const pemOf = ({ pem, keyPem }: Authority): Issued => ({ certificate: pem, key: keyPem });

const authority = (pathLength: number): readonly x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

const endEntity = (usages: readonly string[]): readonly x509.Extension[] => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
  new x509.ExtendedKeyUsageExtension([...usages]),
];

const DAY_MS = 86_400_000;
const lasting = (now: EpochMs, years: number) => ({ notBefore: now - DAY_MS, notAfter: now + years * 365 * DAY_MS });
