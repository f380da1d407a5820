import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { loadDesign } from '#adapters/apple/design.ts';
import { readIdentity, type SigningIdentity } from '#adapters/apple/identity.ts';
import { type PassPackageDeps, passPackage } from '#adapters/apple/passPackage.ts';
import { AppleSettings } from '#adapters/apple/settings.ts';
import type { Card } from '#adapters/delivery/card.ts';
import { type CertificateOptions, type Certificates, makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { fold, initialStates, type MemberEvent, type Pass, renderPass, shownOnPass, viewAll } from '#domain/index.ts';
import { catalogArb, memberEventsArb, momentArb } from '#test/support/arbitraries.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const TOKEN = 'T0ken-of-43-characters-as-an-HMAC-would-give';

export const right = <Value>(either: E.Either<unknown, Value>): Value => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};

export const saidSettings = {
  ...{ passTypeIdentifier: 'pass.com.example.card', teamIdentifier: 'ABCDE12345' },
  ...{ organizationName: 'Nordlicht', description: 'Nordlicht member card' },
  webServiceUrl: 'https://passes.example.com/apple',
};
export const settings: AppleSettings = right(AppleSettings.decode(saidSettings));

export const certificatesFor = (options: Partial<CertificateOptions> = {}): Promise<Certificates> =>
  makeCertificates({ ...settings, now: NOW, ...options });

/** Keys take long to make: one chain for each file of tests. */
let chain: Promise<Certificates> | undefined;
export const certificates = (): Promise<Certificates> => {
  chain ??= certificatesFor();
  return chain;
};
export const identity = async (): Promise<SigningIdentity> =>
  right(readIdentity((await certificates()).identity, settings, NOW));

const builtIn = loadDesign(null, settings);
export const packageOf = async (deps: Partial<PassPackageDeps> = {}) =>
  passPackage({ settings, ...right(await builtIn), identity: await identity(), ...deps });

const MEMBER = '0038d00000ABCDEAAA';

export const zoe: Pass = {
  ...{ memberId: MEMBER, memberNumber: 'M-100234', status: 'active', memberSince: '2023-04-01' },
  holder: { firstName: 'Zoë', lastName: 'Müller' },
  tier: {
    name: 'Gold',
    qualifyingSpend: { amount: '2240.50', currency: 'EUR' },
    next: { name: 'Platinum', threshold: '5000.00', remaining: '2759.50' },
    progress: 0.08,
  },
  spend: {
    lifetime: [
      { amount: '5210.00', currency: 'EUR' },
      { amount: '12000', currency: 'JPY' },
    ],
    ...{ last12Months: [{ amount: '2240.50', currency: 'EUR' }], purchases: 42, lastPurchaseOn: '2026-11-02' },
  },
  promotions: [
    {
      ...{ id: '1', title: '10 € welcome voucher', validFrom: null, validTo: '2026-11-25', state: 'expiring' },
      value: { amount: '10.00', currency: 'EUR' },
    },
    { id: '2', title: 'Free coffee', validFrom: null, validTo: null, state: 'available', value: null },
  ],
};

export const cardOf = (pass: Pass, said: Partial<Pick<Card, 'revision' | 'changed' | 'modifiedAt'>> = {}): Card => {
  const { revision, changed, modifiedAt } = { revision: 7, changed: [], modifiedAt: NOW, ...said };
  const { memberId } = pass;
  const detail = { metadata: { memberId, revision }, data: { changed, pass } };
  const content = JSON.stringify({ id: '1', source: 'billfold.wallet', type: 'WalletPassUpdated', data: detail });
  const names = { id: '1', source: 'billfold.wallet', type: 'WalletPassUpdated', lane: 'live' } as const;
  const event = { ...names, pass: { memberId, revision, changed }, traceparent: null, correlationId: null, content };
  return { memberId, revision, event, changed, modifiedAt };
};

/** Any pass that events can make, whatever their order. */
const madePassArb: fc.Arbitrary<Pass> = fc
  .record({
    events: memberEventsArb,
    now: momentArb,
    catalog: catalogArb,
    standing: fc.constantFrom('active', 'withdrawn'),
  })
  .map(({ events, now, catalog, standing }) => {
    const current = {
      ...{ standing, number: standing === 'active' ? 'M-1' : null, memberSince: null, mergedInto: null },
      personal: { firstName: null, lastName: null, email: null },
    } as Extract<MemberEvent, { type: 'MemberEnrolled' }>['current'];
    const last: MemberEvent = { type: standing === 'active' ? 'MemberEnrolled' : 'MemberWithdrawn', current };
    const views = viewAll(fold(initialStates, [...events, last]), now, catalog);
    const pass = renderPass(MEMBER, views, shownOnPass(views));
    if (pass === null) throw new Error('a member with a standing has a pass');
    return pass;
  });

/** What people are called, and what they should not be able to do with it. */
export const nameArb = fc.oneof(
  fc.constantFrom(
    'Zoë',
    'עברית',
    '‏مريم',
    '李小龍',
    '👩‍👩‍👧‍👦 Smith',
    'O"Brien \\ "Jr"',
    'a\nb\r\nc',
    'Member',
    'Status',
    '%@',
    '{tier.name}',
  ),
  fc.constantFrom(
    '',
    ' ',
    '\u0000\u0007',
    '\ud800',
    '<b>&amp;</b>',
    "Robert'); DROP TABLE",
    'x'.repeat(20_000),
    '\u2060',
    '/* */ "a" = "b";',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** The same with texts that no retailer expects. */
export const passArb: fc.Arbitrary<Pass> = fc
  .record({
    pass: madePassArb,
    texts: fc.option(fc.tuple(nameArb, nameArb, nameArb, nameArb), { freq: 3 }),
    tier: fc.option(nameArb, { freq: 2 }),
    custom: fc.dictionary(nameArb, fc.option(nameArb), { maxKeys: 3, noNullPrototype: true }),
    points: fc.array(
      fc.record({ name: fc.option(nameArb), balance: fc.option(fc.constantFrom('0', '-12.5', '9007199254740993.25')) }),
      { maxLength: 2 },
    ),
  })
  .map(({ pass, texts, tier, custom, points }) => {
    if (texts === null) return pass;
    const [firstName, lastName, memberNumber, title] = texts;
    return {
      ...pass,
      ...{ memberNumber, holder: { firstName, lastName }, custom, points },
      tier: { ...pass.tier, name: tier },
      promotions: pass.promotions.map((promotion) => ({ ...promotion, title })),
    };
  });

/** Some of the paths that a change of a pass names. */
export const changedArb = fc.subarray([
  ...[
    'status',
    'tier',
    'tier.name',
    'tier.next',
    'tier.qualifyingSpend.amount',
    'tier.progress',
    'promotions',
    'points',
  ],
  ...['custom', 'custom.size', 'holder.firstName', 'spend.lifetime', 'memberNumber'],
]);

/** A pass.strings file as a device reads it. */
export const readStrings = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/"((?:[^"\\]|\\.)*)" = "((?:[^"\\]|\\.)*)";(?:\n|$)/gs)].map(([, key = '', value = '']) => [
      unescaped(key),
      unescaped(value),
    ]),
  );
const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => ({ n: '\n', r: '\r' })[character] ?? character);
