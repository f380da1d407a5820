import { hash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { Pass } from '#domain/index.ts';
import type { Design } from '../apple/design.ts';
import { AppleSettings } from '../apple/settings.ts';
import type { Colors } from '../apple/template.ts';
import { GoogleSettings } from '../google/settings.ts';
import type { LoadedDestinations } from './loadDestinations.ts';

/** Cards drawn for somebody to look at, by the code that makes those of phones. What is not configured is drawn as it would be with the built-in design. */
export type CardDrawing = {
  readonly draw: (pass: Pass) => Promise<DrawnPair>;
  readonly colors: () => Promise<{ readonly usual: Colors; readonly tiers: Readonly<Record<string, Colors>> }>;
  /** Of Apple's card, by its name in the package; null: there is none. */
  readonly image: (name: string) => Promise<Uint8Array | null>;
};

/** Apple's pass.json and Google's class and object, whole; images: the largest of each kind, with a hash of what is in it. */
export type DrawnPair = {
  readonly apple: {
    readonly language: string;
    readonly passJson: object;
    readonly images: Readonly<
      Record<'logo' | 'icon' | 'strip', { readonly name: string; readonly hash: string } | null>
    >;
  };
  readonly google: { readonly language: string; readonly class: object; readonly object: object };
  readonly configured: { readonly apple: boolean; readonly google: boolean };
};

/** The code of the wallets is loaded when the first card is drawn. */
export const cardDrawing = (loaded: LoadedDestinations): CardDrawing => {
  const { apple, google } = loaded.destinations;
  const configured = { apple: apple !== undefined && loaded.design !== null, google: google !== undefined };
  let made: ReturnType<typeof makeDrawing> | null = null;
  const drawing = () => {
    made ??= makeDrawing(loaded).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return {
    draw: async (pass) => ({ ...(await drawing()).draw(pass), configured }),
    colors: async () => {
      const { colors: usual, tiers } = (await drawing()).design.template;
      return { usual, tiers };
    },
    image: async (name) => (await drawing()).design.images.get(name) ?? null,
  };
};

const makeDrawing = async ({ destinations, design: own }: LoadedDestinations) => {
  const [{ drawCard }, { shownIn }, { loadDesign }, { loyaltyClassOf }, { loyaltyObjectOf }] = await Promise.all([
    import('../apple/storeCard.ts'),
    import('../apple/shownIn.ts'),
    import('../apple/design.ts'),
    import('../google/loyaltyClass.ts'),
    import('../google/loyaltyObject.ts'),
  ]);
  const design = own ?? readable(await loadDesign(null, { template: null }));
  const apple = destinations.apple ?? readable(AppleSettings.decode(SAMPLE_APPLE));
  const google = destinations.google ?? readable(GoogleSettings.decode(SAMPLE_GOOGLE));
  const drawApple = drawCard(design.template, apple);
  const { languages } = design.template;
  const language = languages.find((one: string) => /^en(-|$)/.test(one)) ?? languages[0] ?? 'en';
  const images = { logo: largest(design, 'logo'), icon: largest(design, 'icon'), strip: largest(design, 'strip') };
  return {
    design,
    draw: (pass: Pass) => {
      const card = drawApple({ pass, revision: 0, changed: [], lately: [] }, NO_TOKEN);
      return {
        apple: { language, images, passJson: shownIn(card, language) },
        google: {
          language: google.words.language,
          class: loyaltyClassOf(google),
          object: loyaltyObjectOf(google, pass),
        },
      };
    },
  };
};

/** Of nobody: what is drawn here authenticates nothing. */
const NO_TOKEN = 'no-token';
const SAMPLE = 'Your programme';
const SAMPLE_APPLE = {
  ...{ passTypeIdentifier: 'pass.example.card', teamIdentifier: 'EXAMPLE000', organizationName: SAMPLE },
  ...{ description: SAMPLE, webServiceUrl: 'https://passes.example.com/apple' },
};
const SAMPLE_GOOGLE = {
  ...{ issuerId: '00000', issuerName: SAMPLE, programName: SAMPLE },
  programLogo: 'https://passes.example.com/logo.png',
};

const largest = ({ images }: Design, kind: string) => {
  for (const name of [`${kind}@3x.png`, `${kind}@2x.png`, `${kind}.png`]) {
    const content = images.get(name);
    if (content !== undefined) return { name, hash: hash('sha256', content, 'base64url').slice(0, 16) };
  }
  return null;
};

const readable = <A>(read: E.Either<unknown, A>): A => {
  if (E.isLeft(read)) throw new Error('what is built in cannot be read');
  return read.right;
};
