import { hash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { Pass } from '#domain/index.ts';
import type { Card } from '../delivery/card.ts';
import { passOf as passSaidBy } from '../delivery/passOf.ts';
import type { Design } from './design.ts';
import type { SigningIdentity } from './identity.ts';
import type { AppleSettings } from './settings.ts';
import { manifestSigner } from './signature.ts';
import { drawCard } from './storeCard.ts';
import { storedZip, type ZippedFile, zippedFile } from './storedZip.ts';

/** The .pkpass of a card. Same card, design, settings and identity: same bytes. Rejects only for a card whose event holds no pass. */
export type PassPackage = (card: Card, authenticationToken: string) => Promise<Buffer>;

export type PassPackageDeps = Design & { readonly settings: AppleSettings; readonly identity: SigningIdentity };

export const passPackage = ({ settings, template, identity, images }: PassPackageDeps): PassPackage => {
  const draw = drawCard(template, settings);
  const signed = manifestSigner(identity, settings.digest);
  const unchanging = [...images].map(([name, content]) => fileOf(name, content));
  const validFrom = identity.leaf.validFromDate.getTime();
  return async (card, authenticationToken) => {
    const { passJson, strings } = draw(
      { ...card, pass: passOf(card), lately: card.event.pass?.changed ?? [] },
      authenticationToken,
    );
    const files = [
      ...unchanging,
      fileOf('pass.json', Buffer.from(JSON.stringify(passJson))),
      ...strings.map(([language, content]) => fileOf(`${language}.lproj/pass.strings`, Buffer.from(content))),
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const manifest = Buffer.from(JSON.stringify(Object.fromEntries(files.map(({ name, sha1 }) => [name, sha1]))));
    // Of the card, not of the clock: so the bytes are the same whenever and wherever it is signed.
    const signature = await signed(manifest, Math.max(card.modifiedAt, validFrom));
    return storedZip([...files, zippedFile('manifest.json', manifest), zippedFile('signature', signature)]);
  };
};

const fileOf = (name: string, content: Buffer): ZippedFile & { readonly sha1: string } => ({
  ...zippedFile(name, content),
  sha1: hash('sha1', content, 'hex'),
});

/** The pass as the wallet event said it. Throws where it says none. */
export const passOf = (card: Card): Pass => {
  const pass = passSaidBy(card);
  if (E.isLeft(pass)) throw new Error(`revision ${card.revision} of a card holds no pass`);
  return pass.right;
};
