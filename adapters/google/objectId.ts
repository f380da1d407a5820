import { createHash } from 'node:crypto';
import type { GoogleSettings } from './settings.ts';

type Issuer = Pick<GoogleSettings, 'issuerId'>;

/**
 * The id of a member's object: always the same, so that an insert that was sent twice is one, and without anything personal.
 * Letters, digits, dots, _ and - are allowed after the issuer (walletobjects v1, LoyaltyObject.id).
 */
export const objectIdOf = ({ issuerId }: Issuer, memberId: string): string =>
  `${issuerId}.m-${createHash('sha256').update(memberId).digest('base64url').slice(0, HASH_LENGTH)}`;

/** 192 bits. */
const HASH_LENGTH = 32;

export const classIdOf = ({ issuerId, classSuffix }: Issuer & Pick<GoogleSettings, 'classSuffix'>): string =>
  `${issuerId}.${classSuffix}`;
