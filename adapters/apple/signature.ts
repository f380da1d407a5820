import { hash, sign } from 'node:crypto';
import { promisify } from 'node:util';
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  ContentInfo,
  DigestAlgorithmIdentifiers,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  id_contentType,
  id_data,
  id_messageDigest,
  id_signedData,
  id_signingTime,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
  SigningTime,
} from '@peculiar/asn1-cms';
import { AsnConvert, AsnObjectIdentifierConverter, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509';
import type { EpochMs } from '#domain/index.ts';
import type { SigningIdentity } from './identity.ts';
import type { AppleSettings } from './settings.ts';

/** A detached CMS SignedData (RFC 5652) of a manifest, as DER. signedAt: whole seconds, before 2050. */
export type SignManifest = (manifest: Buffer, signedAt: EpochMs) => Promise<Buffer>;

/**
 * Of a signature only digest, time and RSA value differ from pass to pass, and these are always as long. So the DER is made once, and they are
 * written into copies of it. The RSA value is computed in libuv's threads: the event loop goes on.
 */
export const manifestSigner = (identity: SigningIdentity, digest: AppleSettings['digest']): SignManifest => {
  const attributes = blankAttributes(digest);
  const blank = blankSignature(identity, digest, attributes);
  const [attributesAt, signatureAt] = [placeOf(blank, contentOf(attributes)), placeOf(blank, blankValue(identity))];
  const [timeAt, digestAt] = [placeOf(blank, BLANK_TIME), placeOf(blank, blankDigest(digest))];
  // What is signed is a SET of the attributes; what is sent has the tag of its place (RFC 5652, section 5.4).
  const { length } = contentOf(attributes);
  const setHead = Buffer.from([0x31, length]);
  return async (manifest, signedAt) => {
    const der = Buffer.from(blank);
    der.write(utcTime(signedAt), timeAt, 'latin1');
    hash(digest, manifest, 'buffer').copy(der, digestAt);
    const signed = Buffer.concat([setHead, der.subarray(attributesAt, attributesAt + length)]);
    (await signInThread(digest, signed, identity.key)).copy(der, signatureAt);
    return der;
  };
};

const signInThread = promisify(sign);

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const DIGESTS = {
  sha1: { oid: '1.3.14.3.2.26', bytes: 20 },
  sha256: { oid: '2.16.840.1.101.3.4.2.1', bytes: 32 },
} as const;

/** Stand where the real ones will: as long as they are, and found nowhere else. */
const blankDigest = (digest: AppleSettings['digest']): Buffer => Buffer.alloc(DIGESTS[digest].bytes, 0xa5);
const blankValue = ({ key }: Pick<SigningIdentity, 'key'>): Buffer =>
  Buffer.alloc((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8, 0x5a);
const BLANK_AT = Date.UTC(1950, 0, 2, 3, 4, 5);

/** YYMMDDHHMMSSZ (X.690). */
const utcTime = (at: EpochMs): string => `${new Date(at).toISOString().slice(2, 19).replace(/\D/g, '')}Z`;
const BLANK_TIME = Buffer.from(utcTime(BLANK_AT), 'latin1');

/** In the order that DER asks of a set: by their bytes, which is by their length here. */
const blankAttributes = (digest: AppleSettings['digest']): readonly Attribute[] => [
  attribute(id_contentType, AsnObjectIdentifierConverter.toASN(id_data).toBER()),
  attribute(id_signingTime, AsnConvert.serialize(new SigningTime(new Date(BLANK_AT)))),
  attribute(id_messageDigest, AsnConvert.serialize(new OctetString(blankDigest(digest)))),
];
const attribute = (attrType: string, value: ArrayBuffer): Attribute => new Attribute({ attrType, attrValues: [value] });

/** Under 128 bytes, so that a length is one byte. */
const contentOf = (attributes: readonly Attribute[]): Buffer =>
  Buffer.concat(attributes.map((one) => Buffer.from(AsnConvert.serialize(one))));

const blankSignature = (
  identity: SigningIdentity,
  digest: AppleSettings['digest'],
  signedAttrs: readonly Attribute[],
): Buffer => {
  const certificate = AsnConvert.parse(identity.leaf.raw, Certificate);
  const intermediate = AsnConvert.parse(identity.intermediate.raw, Certificate);
  const { issuer, serialNumber } = certificate.tbsCertificate;
  const digestAlgorithm = new AlgorithmIdentifier({ algorithm: DIGESTS[digest].oid, parameters: null });
  const signer = new SignerInfo({
    version: 1,
    sid: new SignerIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }) }),
    digestAlgorithm,
    signedAttrs: [...signedAttrs],
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: RSA_ENCRYPTION, parameters: null }),
    signature: new OctetString(blankValue(identity)),
  });
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_data }),
    certificates: new CertificateSet([
      new CertificateChoices({ certificate }),
      new CertificateChoices({ certificate: intermediate }),
    ]),
    signerInfos: new SignerInfos([signer]),
  });
  const content = AsnConvert.serialize(signedData);
  const der = Buffer.from(AsnConvert.serialize(new ContentInfo({ contentType: id_signedData, content })));
  // Certificates have to come out as they went in, or nobody's signature fits them any more.
  placeOf(der, identity.leaf.raw);
  placeOf(der, identity.intermediate.raw);
  return der;
};

/** Where those bytes are, once. */
const placeOf = (der: Buffer, bytes: Buffer): number => {
  const at = der.indexOf(bytes);
  if (at < 0 || der.indexOf(bytes, at + 1) >= 0) throw new Error('a signature cannot be made with these certificates');
  return at;
};
