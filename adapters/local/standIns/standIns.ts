import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as t from 'io-ts';
import type { Clock } from '#domain/index.ts';
import { readPrivate, writePrivate } from '../privateFile.ts';
import { type ApnsStandIn, startApns } from './apns.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type GoogleStandIn, startGoogle } from './google.ts';
import { type Holders, holdersOf } from './holders.ts';
import { type Phones, type SavedPhone, startPhones } from './phones.ts';

export type StandInsDeps = {
  /** Keeps what a next start needs: certificates, which phone holds which pass, and what the middleware reads. */
  readonly folder: string;
  /** Of the middleware, as phones reach it: http://127.0.0.1:8402. */
  readonly middlewareUrl: string;
  readonly clock: Clock;
  /** A pass did not get onto a phone. */
  readonly onPhoneFailed: (reason: string) => void;
};

export type StandIns = {
  /** destinations.json for them. */
  readonly destinationsFile: string;
  /** Current values, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** PEM: who signed their certificates. */
  readonly ca: string;
  readonly apns: ApnsStandIn;
  readonly google: GoogleStandIn;
  readonly phones: Phones;
  readonly holders: Holders;
  readonly close: () => Promise<void>;
};

const PASS_TYPE = 'pass.example.billfold';
const TEAM = 'BILLFOLD00';
const ISSUER = '3388000000000000001';

/** Apple's push service, Google Wallet and phones on this machine, with certificates made here: nobody else trusts them, and nothing leaves. */
export const startStandIns = async (deps: StandInsDeps): Promise<StandIns> => {
  const { folder, middlewareUrl, clock } = deps;
  await mkdir(folder, { recursive: true });
  const certificates = await certificatesIn(join(folder, 'certificates.json'), clock);
  await writeFile(join(folder, 'root.pem'), certificates.root.certificate);
  const phonesFile = join(folder, 'phones.json');
  let saving: Promise<void> = Promise.resolve();
  const apns = await startApns({
    certificates,
    topic: PASS_TYPE,
    strangers: 'taken',
    onPush: (pushToken) => phones.pushed(pushToken),
  });
  const google = await startGoogle({
    ...{ issuerId: ISSUER, clock, ca: certificates.root.certificate },
    tls: { key: certificates.loopback.key, cert: certificates.loopback.certificate },
  });
  const phones: Phones = startPhones({
    ...{ passTypeIdentifier: PASS_TYPE, pushTokens: apns.pushTokens, webServiceUrl: () => `${middlewareUrl}/apple` },
    saved: savedIn(await readPrivate(phonesFile)),
    // One after another: the last one stays.
    onChange: (held) => {
      saving = saving.then(() => writePrivate(phonesFile, held)).catch(() => undefined);
    },
  });
  const holders = holdersOf({ middlewareUrl, phones, log: deps.onPhoneFailed });
  const destinationsFile = join(folder, 'destinations.json');
  await writePrivate(destinationsFile, destinationsFor(apns.url, google));
  return {
    ...{ destinationsFile, ca: certificates.root.certificate, apns, google, phones, holders },
    secrets: {
      'apple-certificate': certificates.identity,
      'google-service-account': google.serviceAccount(),
    },
    close: async () => {
      await holders.close();
      phones.close();
      await saving;
      await Promise.all([apns.close(), google.close()]);
    },
  };
};

/** As a retailer would write it, but for addresses on this machine and a push as soon as something changed. */
const destinationsFor = (apnsUrl: string, google: GoogleStandIn) => ({
  apple: {
    ...{ passTypeIdentifier: PASS_TYPE, teamIdentifier: TEAM, organizationName: 'Billfold Sample' },
    description: 'Membership card',
    // Phones here go to the loopback address instead: a pass takes https alone.
    webServiceUrl: 'https://passes.example.com/apple',
    pushEverySeconds: 1,
    apns: { url: apnsUrl },
    limits: NEARBY,
  },
  google: {
    ...{ issuerId: ISSUER, issuerName: 'Billfold Sample', programName: 'Billfold Rewards' },
    backgroundColor: '#23395b',
    programLogo: 'https://passes.example.com/logo.png',
    ...{ url: google.url, callbackKeysUrl: google.keysUrl },
    limits: NEARBY,
  },
});
/** What was in hand when a process is killed is taken up when its lease is over, which is three deadlines and a little. */
const NEARBY = { tryTimeoutMs: 2_000, deadlineMs: 5_000 };

const Issued = t.strict({ certificate: t.string, key: t.string });
const Kept = t.strict({
  root: Issued,
  intermediate: Issued,
  pass: Issued,
  identity: t.string,
  loopback: Issued,
  madeAt: t.number,
});
const SavedPhones = t.readonlyArray(
  t.strict({
    deviceId: t.string,
    pushToken: t.string,
    passes: t.readonlyArray(t.strict({ memberId: t.string, authenticationToken: t.string })),
  }),
);

/** Made again long before they end, after a year, and where they cannot be read. */
const certificatesIn = async (path: string, clock: Clock): Promise<Certificates> => {
  const kept = await readPrivate(path);
  const now = clock();
  if (Kept.is(kept) && now - kept.madeAt >= 0 && now - kept.madeAt < RENEW_AFTER_MS) return kept;
  const made = await makeCertificates({ passTypeIdentifier: PASS_TYPE, teamIdentifier: TEAM, now });
  await writePrivate(path, { ...made, madeAt: now });
  return made;
};
const RENEW_AFTER_MS = 300 * 86_400_000;

const savedIn = (json: unknown): readonly SavedPhone[] => (SavedPhones.is(json) ? json : []);
