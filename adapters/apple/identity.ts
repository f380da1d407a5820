import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
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
  /** Whole days left at the time of reading; negative: it is over. */
  readonly daysLeft: number;
};

type Owner = Pick<AppleSettings, 'passTypeIdentifier' | 'teamIdentifier'>;

/** The identity in the secret `apple-certificate`: leaf, its key and the intermediate, as PEM, in any order. Left: each problem in a line, never the text. */
export const readIdentity = (
  pem: string,
  settings: Owner,
  now: EpochMs,
): E.Either<readonly string[], SigningIdentity> => {
  const parts = partsIn(pem);
  if (E.isLeft(parts)) return parts;
  const { leaf, key, intermediate } = parts.right;
  const problems = [
    ...ownerProblems(leaf, settings),
    ...chainProblems(leaf, intermediate),
    ...(leaf.checkPrivateKey(key) ? [] : ['the private key belongs to another certificate than the pass certificate']),
    ...(key.asymmetricKeyType === 'rsa'
      ? []
      : ['the private key: expected an RSA key, as Apple’s pass certificates have']),
    ...dateProblems('the pass certificate', leaf, now),
    ...dateProblems('the intermediate certificate', intermediate, now),
  ];
  if (problems.length > 0) return E.left(problems);
  const notAfter = Math.min(leaf.validToDate.getTime(), intermediate.validToDate.getTime());
  return E.right({ leaf, key, intermediate, notAfter, daysLeft: daysLeft({ notAfter }, now) });
};

/** Whole days, of any moment. */
export const daysLeft = ({ notAfter }: Pick<SigningIdentity, 'notAfter'>, now: EpochMs): number =>
  Math.floor((notAfter - now) / 86_400_000);

type Parts = Pick<SigningIdentity, 'leaf' | 'key' | 'intermediate'>;

const partsIn = (pem: string): E.Either<readonly string[], Parts> => {
  const certificates = blocks(pem, 'CERTIFICATE').map(certificateOf);
  const keys = blocks(pem, '(?:RSA |EC |ENCRYPTED )?PRIVATE KEY').map(keyOf);
  const authorities = certificates.filter((certificate) => certificate?.ca === true);
  const leaves = certificates.filter((certificate) => certificate?.ca === false);
  const [leaf, intermediate, key] = [leaves[0], authorities.find(isNoRoot) ?? authorities[0], keys[0]];
  const problems = [
    ...(certificates.includes(null) ? ['a CERTIFICATE block cannot be read: expected a certificate in PEM'] : []),
    ...(keys.includes(null)
      ? ['the PRIVATE KEY block cannot be read: expected a key in PEM, without a passphrase']
      : []),
    ...one(leaves, 'the pass certificate'),
    ...one(authorities.filter(isNoRoot), 'the intermediate certificate (Worldwide Developer Relations)'),
    ...one(keys, 'the private key of the pass certificate'),
  ];
  if (problems.length > 0 || leaf == null || intermediate == null || key == null) return E.left(problems);
  return E.right({ leaf, intermediate, key });
};

const one = (found: readonly unknown[], what: string): readonly string[] =>
  found.length === 1 ? [] : [`expected ${what}, once, in PEM: found ${found.length === 0 ? 'none' : found.length}`];

const blocks = (pem: string, label: string): readonly string[] =>
  [...pem.matchAll(new RegExp(`-----BEGIN (${label})-----[\\s\\S]+?-----END \\1-----`, 'g'))].map(([block]) => block);

const certificateOf = (block: string): X509Certificate | null => {
  try {
    return new X509Certificate(block);
  } catch {
    return null;
  }
};

const keyOf = (block: string): KeyObject | null => {
  try {
    return createPrivateKey(block);
  } catch {
    return null;
  }
};

const isNoRoot = (certificate: X509Certificate | null): boolean =>
  certificate !== null && certificate.subject !== certificate.issuer;

/** Wallet compares both with the pass (Wallet Developer Guide, "Creating a Pass"). What is in a certificate is no secret. */
const ownerProblems = (leaf: X509Certificate, { passTypeIdentifier, teamIdentifier }: Owner): readonly string[] => {
  const [uid, team] = [valuesIn(leaf.subject, 'UID'), valuesIn(leaf.subject, 'OU')];
  return [
    ...(uid.includes(passTypeIdentifier)
      ? []
      : [
          `passTypeIdentifier is ${passTypeIdentifier}, but the pass certificate is for ${uid.join(', ') || 'none (no UID)'}`,
        ]),
    ...(team.includes(teamIdentifier)
      ? []
      : [
          `teamIdentifier is ${teamIdentifier}, but the pass certificate is of team ${team.join(', ') || 'none (no OU)'}`,
        ]),
  ];
};

/**
 * Of its generations Wallet takes passes whose chain goes over G4, and refuses those over G6 (php-pkpass issue 118, read November 2026);
 * others are left to the device, as Apple may issue new ones.
 */
const REFUSED_GENERATIONS: readonly string[] = ['G6'];

const chainProblems = (leaf: X509Certificate, intermediate: X509Certificate): readonly string[] => {
  const generation = valuesIn(intermediate.subject, 'OU');
  const isRefused = generation.some((name) => REFUSED_GENERATIONS.includes(name));
  if (leaf.issuer !== intermediate.subject)
    return [
      `the intermediate certificate did not issue the pass certificate: expected ${nameOf(leaf.issuer)}, found ${nameOf(intermediate.subject)}`,
    ];
  return [
    ...(leaf.verify(intermediate.publicKey)
      ? []
      : [
          'the intermediate certificate has the name of the issuer, but another key: the pass certificate’s signature does not fit it',
        ]),
    ...(isRefused ? [`Wallet refuses passes over the intermediate ${generation.join(', ')}: expected G4`] : []),
  ];
};

const dateProblems = (
  what: string,
  { validFromDate, validToDate }: X509Certificate,
  now: EpochMs,
): readonly string[] => {
  if (now >= validToDate.getTime()) return [`${what} ended at ${validToDate.toISOString()}: it has to be renewed`];
  return now < validFromDate.getTime() ? [`${what} is not valid before ${validFromDate.toISOString()}`] : [];
};

/** Node writes a name as a line for each part, "OU=G4". */
export const valuesIn = (name: string, attribute: string): readonly string[] =>
  name
    .split('\n')
    .filter((line) => line.startsWith(`${attribute}=`))
    .map((line) => line.slice(attribute.length + 1));

const nameOf = (name: string): string => name.split('\n').join(', ');
