import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { defaultImages } from '#adapters/apple/defaultImages.ts';
import { loadDestinations } from '#adapters/middleware/loadDestinations.ts';
import { readSettings as readOfMiddleware } from '#adapters/middleware/settings.ts';
import { parsedJson } from '#adapters/parsedJson.ts';
import { readSettings as readOfDeployment } from '#infra/settings/settings.ts';
import { deep, documentArb } from '../mutations.ts';
import type { Outcome, Target } from '../target.ts';

type Files = { readonly destinations: Buffer; readonly card: Buffer };

const example = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8'));
const show = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1').slice(0, 3_000));

const whole = {
  apple: {
    ...{ passTypeIdentifier: 'pass.com.example.card', teamIdentifier: 'ABCDE12345', organizationName: 'Example' },
    ...{ description: 'Card', webServiceUrl: 'https://passes.example/apple', template: 'card.json' },
  },
  google: {
    ...{ issuerId: '3388000000012345678', issuerName: 'Example', programName: 'Card' },
    programLogo: 'https://passes.example/logo.png',
  },
  webhooks: [
    {
      ...{ name: 'crm', url: 'https://crm.example/in/{memberId}', method: 'PUT', keeps: 'body.id' },
      events: { 'detail-type': ['WalletPassUpdated'] },
      headers: { 'X-Team': 'loyalty', authorization: { secret: 'crm-token' } },
      ...{ body: '{ "tier": pass.tier.name }', sign: { secret: 'crm-signing' }, retries: [404, '5xx'] },
      ...{ succeeds: { statuses: [200, '3xx'], condition: 'body.ok' }, limits: { perSecond: 5, burst: 2 } },
    },
  ],
  dryRun: true,
};

export const destinations: Target<Files> = {
  name: 'destinations',
  about: 'destinations.json with the card beside it, and the lines of their mistakes',
  inputs: fc.oneof(
    fc.record({
      destinations: documentArb([whole, example('destinations.json')]),
      card: fc.constant(Buffer.from(JSON.stringify(example('card.json')))),
    }),
    fc.record({
      destinations: fc.constant(Buffer.from(JSON.stringify(whole))),
      card: documentArb([example('card.json')]),
    }),
  ),
  found: {
    'thousands of names that nobody knows, each with its line': {
      destinations: Buffer.from(
        JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n]))),
      ),
      card: Buffer.from(JSON.stringify(example('card.json'))),
    },
    'lists within lists': { destinations: Buffer.from(deep('[', ']')), card: Buffer.from(deep('{"a":', '}')) },
  },
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'billfold-fuzz-'));
    // Drawn anew for each case they would take nearly all of the time.
    for (const [name, image] of defaultImages()) await writeFile(join(folder, name), image);
    return {
      play: async ({ destinations: bytes, card }) => {
        await writeFile(join(folder, 'destinations.json'), bytes);
        await writeFile(join(folder, 'card.json'), card);
        const loaded = await loadDestinations(folder);
        return E.isLeft(loaded) ? { type: 'refused' } : { type: 'value' };
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
  show: ({ destinations: bytes, card }) => `${show(bytes)}\n${show(card)}`,
};

const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/billfold-events-2';
const contexts = [
  {
    ...{
      isExample: true,
      prefix: 'billfold',
      region: 'eu-central-1',
      mapping: 'retail',
      incrementalFrom: '2026-01-01',
    },
    ...{ connectorProfile: 'salesforce', alarmEmail: 'ops@example.com', middlewareUrl: 'https://m.example' },
    relaySources: ['aws.partner/salesforce.com/00D000000000000AAA/0YL000000000001AAA'],
    relayRoutes: { orders: { 'detail-type': ['OrderChangeEvent'] } },
    tables: { events: `${ARN}/stream/2026-11-22T10:00:00.000`, records: ARN },
    withoutPipes: 'true',
  },
  {
    ...{ isExample: 'true', middlewareHost: 'fargate', domainName: 'm.example', destinations: 'd' },
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1',
    ...{ relaySources: '["aws.partner/a"]', relayRoutes: '{"a":{"source":["b"]}}', tables: `{"records":"${ARN}"}` },
  },
];
const environments = [
  {
    ...{ BILLFOLD_PREFIX: 'billfold', PORT: '8402', HOST: '0.0.0.0', LOG_LEVEL: 'info' },
    ...{ BILLFOLD_REQUESTS_PER_SECOND: '300', BILLFOLD_SECRETS_FILE: 'secrets.json', BILLFOLD_DESTINATIONS: 'd' },
  },
];

export const settings: Target<Buffer> = {
  name: 'settings',
  about: 'what a deployment and the middleware are set by: values of the CDK, restored tables, relays, variables',
  inputs: documentArb([...contexts, ...environments, ...environments]),
  found: {},
  open: async () => ({ play: (bytes) => playSettings(parsedJson(bytes.toString())) }),
  show,
};

const playSettings = (said: unknown): Outcome => {
  if (typeof said !== 'object' || said === null) return { type: 'refused' };
  const deployment = readOfDeployment(said as Readonly<Record<string, unknown>>);
  const texts = Object.entries(said).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  const middleware = readOfMiddleware(Object.fromEntries(texts));
  const isUnderstood = 'settings' in deployment || E.isRight(middleware);
  // What is wrong is said by the names that somebody gave, which stand in what they typed.
  return { type: isUnderstood ? 'value' : 'refused', told: E.isLeft(middleware) ? middleware.left : [] };
};
