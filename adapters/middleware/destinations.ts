import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { AppleSettings } from '../apple/settings.ts';
import { GoogleSettings, SERVICE_ACCOUNT } from '../google/settings.ts';
import { closed, optional } from '../settingCodecs.ts';
import { topology } from '../topology.ts';
import { secretsOf as secretsOfWebhook, WebhookSettings } from '../webhook/settings.ts';
import { type SettingProblem, settingProblems } from './settingProblems.ts';

/** destinations.json: where passes and events go. A destination that is not there is none. */
export const Destinations = closed(
  {
    apple: optional(AppleSettings),
    google: optional(GoogleSettings),
    webhooks: optional(t.readonlyArray(WebhookSettings, 'a list of webhooks')),
    /** Everything is made ready and no partner is asked. */
    dryRun: optional(t.boolean),
  },
  'destinations as an object',
);
export type Destinations = t.TypeOf<typeof Destinations>;

export const NO_DESTINATIONS: Destinations = {
  ...{ apple: undefined, google: undefined, webhooks: undefined, dryRun: undefined },
};

/** Left: all that is wrong, at once. */
export const readDestinations = (json: unknown): E.Either<readonly SettingProblem[], Destinations> => {
  const decoded = Destinations.decode(json);
  if (E.isLeft(decoded)) return E.left([...settingProblems(decoded.left), ...nameProblems(namesIn(json))]);
  const { webhooks = [] } = decoded.right;
  const problems = [...nameProblems(webhooks.map(({ name }) => name)), ...secretProblems(webhooks)];
  return problems.length > 0 ? E.left(problems) : decoded;
};

/** Queues are kept under names. */
const nameProblems = (names: readonly unknown[]): readonly SettingProblem[] =>
  names.flatMap((name, index): readonly SettingProblem[] => {
    if (typeof name !== 'string') return [];
    const path = ['webhooks', String(index), 'name'];
    if (name === 'apple' || name === 'google') return [{ path, what: `expected another name than ${name}` }];
    const first = names.indexOf(name);
    return first === index ? [] : [{ path, what: `expected another name than that of webhooks[${first}]` }];
  });

/** Of what cannot be used otherwise. */
const namesIn = (json: unknown): readonly unknown[] => {
  const { webhooks } = Object(json);
  return Array.isArray(webhooks) ? webhooks.map((webhook) => Object(webhook).name) : [];
};

/** What partners must never be shown: keys of our own, and what other partners gave. */
const secretProblems = (webhooks: readonly WebhookSettings[]): readonly SettingProblem[] => {
  const { keySecret, secrets } = topology.middleware;
  const ours: readonly string[] = [keySecret, ...Object.keys(secrets)];
  return webhooks.flatMap((webhook, index) =>
    secretsOfWebhook(webhook)
      .filter(({ name }) => ours.includes(name))
      .map(({ name }) => ({
        path: ['webhooks', String(index)],
        what: `expected a secret of its own rather than ${name}`,
      })),
  );
};

export const namesOf = ({ apple, google, webhooks = [] }: Destinations): readonly string[] => [
  ...(apple === undefined ? [] : ['apple']),
  ...(google === undefined ? [] : ['google']),
  ...webhooks.map(({ name }) => name),
];

export const APPLE_CERTIFICATE = 'apple-certificate';
export const APPLE_TOKEN_KEY = 'apple-token-key';
export const APPLE_PUSH_KEY = 'apple-push-key';

/** The names of all secrets that they need, each once. */
export const secretsOf = ({ apple, google, webhooks = [] }: Destinations): readonly string[] => [
  ...new Set([
    ...(apple === undefined ? [] : [APPLE_CERTIFICATE, APPLE_TOKEN_KEY]),
    ...(apple === undefined || apple.apns.auth === 'certificate' ? [] : [APPLE_PUSH_KEY]),
    ...(google === undefined ? [] : [SERVICE_ACCOUNT]),
    ...webhooks.flatMap((webhook) => secretsOfWebhook(webhook).map(({ name }) => name)),
  ]),
];
