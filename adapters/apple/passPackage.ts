import type { Card } from '../delivery/card.ts';
import type { Design } from './design.ts';
import type { SigningIdentity } from './identity.ts';
import type { AppleSettings } from './settings.ts';

/** The .pkpass of a card. Same card, design, settings and identity: same bytes. Rejects only for a card whose event holds no pass. */
export type PassPackage = (card: Card, authenticationToken: string) => Promise<Buffer>;

export type PassPackageDeps = Design & { readonly settings: AppleSettings; readonly identity: SigningIdentity };

export const passPackage =
  (_deps: PassPackageDeps): PassPackage =>
  async () => {
    throw new Error('not there yet');
  };

export const PKPASS_TYPE = 'application/vnd.apple.pkpass';
