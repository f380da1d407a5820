import { createHash, verify, X509Certificate } from 'node:crypto';
import {
  ContentInfo,
  id_contentType,
  id_data,
  id_messageDigest,
  id_signedData,
  id_signingTime,
  SignedData,
  type SignerInfo,
  SigningTime,
} from '@peculiar/asn1-cms';
import { AsnConvert, AsnObjectIdentifierConverter, OctetString } from '@peculiar/asn1-schema';
import * as E from 'fp-ts/lib/Either.js';
import type { EpochMs } from '#domain/index.ts';
import { valuesIn } from '../identity.ts';

/** Who signed, as far as that can be told. */
export type Signer = {
  readonly passTypeIdentifier: string | null;
  readonly teamIdentifier: string | null;
  readonly signedAt: EpochMs;
  readonly notAfter: EpochMs;
};

/**
 * A detached signature held against its manifest and against the chain in it. root: who has to be at its end; null: that is left open.
 * Left: each problem in a line.
 */
export const checkSignature = (
  der: Buffer,
  manifest: Buffer,
  root: X509Certificate | null,
): E.Either<readonly string[], Signer> => {
  const read = readSignature(der);
  if (E.isLeft(read)) return E.left([read.left]);
  const { info, leaf, others, attributes, signedAt } = read.right;
  const digest = DIGESTS[info.digestAlgorithm.algorithm];
  if (digest === undefined) return E.left(['signature: expected the digest SHA-1 or SHA-256']);
  const isOfManifest = createHash(digest)
    .update(manifest)
    .digest()
    .equals(octetsIn(attributes.get(id_messageDigest)));
  const problems = [
    ...(isOfManifest ? [] : ['signature: made of another manifest']),
    ...(isData(attributes.get(id_contentType)) ? [] : ['signature: expected the content type data']),
    ...(verify(digest, signedBytes(info), leaf.publicKey, Buffer.from(info.signature.buffer))
      ? []
      : ['signature: does not fit the key of its certificate']),
    ...chainProblems(leaf, others, root, signedAt),
  ];
  if (problems.length > 0) return E.left(problems);
  return E.right({
    passTypeIdentifier: valuesIn(leaf.subject, 'UID')[0] ?? null,
    teamIdentifier: valuesIn(leaf.subject, 'OU')[0] ?? null,
    signedAt,
    notAfter: leaf.validToDate.getTime(),
  });
};

const DIGESTS: Readonly<Record<string, 'sha1' | 'sha256'>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
};

type Read = {
  readonly info: SignerInfo;
  readonly leaf: X509Certificate;
  readonly others: readonly X509Certificate[];
  readonly attributes: ReadonlyMap<string, ArrayBuffer | undefined>;
  readonly signedAt: EpochMs;
};

const readSignature = (der: Buffer): E.Either<string, Read> => {
  try {
    const content = AsnConvert.parse(der, ContentInfo);
    if (content.contentType !== id_signedData) return E.left('signature: expected CMS SignedData');
    const signed = AsnConvert.parse(content.content, SignedData);
    if (signed.encapContentInfo.eContent !== undefined)
      return E.left('signature: expected none that holds its content');
    const [info, ...more] = signed.signerInfos;
    if (info === undefined || more.length > 0) return E.left('signature: expected one signer');
    const attributes = new Map(info.signedAttrs?.map(({ attrType, attrValues }) => [attrType, attrValues[0]]));
    const time = attributes.get(id_signingTime);
    if (time === undefined) return E.left('signature: expected a signing time, which Wallet asks for');
    const certificates = [...(signed.certificates ?? [])].flatMap(({ certificate }) =>
      certificate === undefined ? [] : [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))],
    );
    const serial = Buffer.from(info.sid.issuerAndSerialNumber?.serialNumber ?? new ArrayBuffer(0)).toString('hex');
    const leaf = certificates.find(({ serialNumber }) => BigInt(`0x${serialNumber}`) === BigInt(`0x${serial || '0'}`));
    if (leaf === undefined) return E.left('signature: expected the certificate of its signer in it');
    const signedAt = AsnConvert.parse(time, SigningTime).getTime().getTime();
    return E.right({ info, leaf, others: certificates.filter((one) => one !== leaf), attributes, signedAt });
  } catch {
    return E.left('signature: expected CMS SignedData, as DER');
  }
};

const octetsIn = (value: ArrayBuffer | undefined): Buffer =>
  value === undefined ? Buffer.alloc(0) : Buffer.from(AsnConvert.parse(value, OctetString).buffer);
const isData = (value: ArrayBuffer | undefined): boolean =>
  value !== undefined && Buffer.from(value).equals(Buffer.from(AsnObjectIdentifierConverter.toASN(id_data).toBER()));

/** The attributes as a SET, in the order they came in (RFC 5652, section 5.4). */
const signedBytes = ({ signedAttrs = [] }: SignerInfo): Buffer => {
  const content = Buffer.concat(signedAttrs.map((attribute) => Buffer.from(AsnConvert.serialize(attribute))));
  const { length } = content;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x31, ...lengthBytes]), content]);
};

const chainProblems = (
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  root: X509Certificate | null,
  signedAt: EpochMs,
): readonly string[] => {
  const intermediate = others.find((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey));
  if (intermediate === undefined)
    return ['signature: expected the intermediate certificate in it that issued the certificate of its signer'];
  return [
    ...(intermediate.ca ? [] : ['signature: its intermediate certificate may not issue others']),
    ...[leaf, intermediate].flatMap(({ subject, validFromDate, validToDate }) =>
      signedAt >= validFromDate.getTime() && signedAt < validToDate.getTime()
        ? []
        : [`signature: made when ${valuesIn(subject, 'CN').join(', ')} was not valid`],
    ),
    ...(root === null || isIssuedBy(intermediate, root)
      ? []
      : ['signature: its chain does not end at the root certificate given']),
  ];
};

const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
