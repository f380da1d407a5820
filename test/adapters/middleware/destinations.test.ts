import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDestinations, secretsOf } from '#adapters/middleware/destinations.ts';
import { loadDestinations } from '#adapters/middleware/loadDestinations.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billfold-destinations-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (text: string): Promise<string> => {
  const path = join(folder, 'destinations.json');
  await writeFile(path, text);
  return path;
};
/** All that is said of it. */
const refusal = async (text: string): Promise<readonly string[]> => {
  const loaded = await loadDestinations(await write(text));
  return E.isLeft(loaded) ? loaded.left : [];
};

const APPLE = {
  passTypeIdentifier: 'pass.com.example.card',
  teamIdentifier: 'ABCDE12345',
  organizationName: 'Example',
  description: 'Card',
  webServiceUrl: 'https://passes.example/apple',
};
const GOOGLE = {
  issuerId: '3388000000012345678',
  issuerName: 'Example',
  programName: 'Card',
  programLogo: 'https://passes.example/logo.png',
};
const CRM = {
  name: 'crm',
  url: 'https://crm.example/in/{memberId}',
  events: { 'detail-type': ['WalletPassUpdated'] },
  method: 'PUT',
  headers: { 'X-Team': 'loyalty', authorization: { secret: 'crm-token' } },
  body: '{ "tier": pass.tier.name }',
  sign: { secret: 'crm-signing' },
  succeeds: { statuses: [200, '3xx'], condition: 'body.ok' },
  retries: [404, '5xx'],
  keeps: 'body.id',
  limits: { perSecond: 5 },
};
const json = (value: unknown): string => JSON.stringify(value, null, 1);
const webhooks = (...some: readonly object[]): string => json({ webhooks: some });
const withFault = (fault: object): string => webhooks({ name: 'a', url: 'https://a.example' }, { ...CRM, ...fault });
const LINE = expect.stringMatching(/^destinations\.json:\d+ /);

describe('destinations.json', () => {
  test('may hold nothing, or webhooks alone', async () => {
    expect(readDestinations({})).toMatchObject(E.right({}));
    expect(await loadDestinations(await write(webhooks(CRM)))).toMatchObject(E.right({ design: null }));
    expect(await loadDestinations(folder)).toMatchObject(E.right({ destinations: { webhooks: [CRM] } }));
  });

  test('names its secrets', () => {
    const read = (more: object) => E.map(secretsOf)(readDestinations({ google: GOOGLE, webhooks: [CRM], ...more }));
    expect(read({ apple: APPLE })).toEqual(
      E.right(['apple-certificate', 'apple-token-key', 'google-service-account', 'crm-token', 'crm-signing']),
    );
    expect(read({ apple: { ...APPLE, apns: { auth: { keyId: 'ABCDE12345' } } } })).toMatchObject({
      right: expect.arrayContaining(['apple-push-key']),
    });
  });

  test.each<readonly [string, string, readonly unknown[]]>([
    ['no JSON', '{\n "webhooks": [\n', ['destinations.json:2  expected JSON']],
    ['a list', '[]', ['destinations.json:1  expected destinations as an object']],
    ['an unknown part', '{\n "webhook": [] }', ['destinations.json:2  webhook: no such key: did you mean "webhooks"?']],
    [
      'a part that is like none',
      '{ "salesforce": {} }',
      ['destinations.json:1  salesforce: no such key: expected one of the keys apple, google, webhooks, dryRun'],
    ],
    [
      'a part of another kind',
      '{\n "webhooks": {},\n "dryRun": "yes" }',
      ['destinations.json:2  webhooks: expected a list of webhooks', 'destinations.json:3  dryRun: expected boolean'],
    ],
    [
      'several faults of several webhooks',
      '{\n "webhooks": [\n  { "name": "CRM",\n    "url": "http://crm.example" },\n  { "name": "b",\n    "urls": "https://b.example" }\n ]\n}',
      [
        'destinations.json:3  webhooks[0].name: expected a name of lower-case letters, digits and hyphens, such as crm',
        'destinations.json:4  webhooks[0].url: expected https:// (http:// goes to this machine alone: localhost, 127.0.0.1, [::1])',
        'destinations.json:6  webhooks[1].urls: no such key: did you mean "url"?',
        'destinations.json:5  webhooks[1].url: is missing: expected a URL that begins with https://',
      ],
    ],
    [
      'two of one name',
      webhooks(CRM, { ...CRM, url: 'https://b.example' }),
      [expect.stringMatching(/webhooks\[1\]\.name: expected another name than that of webhooks\[0\]$/)],
    ],
    [
      'two of one name, whatever else is wrong',
      webhooks(CRM, { ...CRM, method: 'GET' }),
      [
        expect.stringMatching(/webhooks\[1\]\.method: expected one of POST, PUT, PATCH$/),
        expect.stringMatching(/webhooks\[1\]\.name: expected another name than that of webhooks\[0\]$/),
      ],
    ],
    [
      'webhooks that would be shown keys of ours, or what other partners gave',
      webhooks(
        { ...CRM, headers: { authorization: { secret: 'operator-key' } }, sign: { secret: 'middleware-key' } },
        { ...CRM, name: 'till', headers: { 'x-key': { secret: 'apple-certificate' } } },
      ),
      ['operator-key', 'middleware-key', 'apple-certificate'].map((name) =>
        expect.stringMatching(new RegExp(`webhooks\\[[01]\\]: expected a secret of its own rather than ${name}$`)),
      ),
    ],
    [
      'a webhook that is called as a wallet is',
      webhooks({ ...CRM, name: 'google' }),
      [expect.stringMatching(/webhooks\[0\]\.name: expected another name than google$/)],
    ],
    ...(
      [
        [{ url: 'ftp://crm.example' }, 'url: expected a URL that begins with https://'],
        [{ url: 'https://{memberId}.example/' }, 'url: expected a host without {}'],
        [
          { url: 'https://crm.example/{member}' },
          'url: expected one of {memberId}, {revision}, {id}, {source}, {type} inside {}',
        ],
        [
          { url: 'https://canary:canary@crm.example' },
          'url: expected no name and password in a URL: put them into a header, as { "secret": "name" }',
        ],
        [{ url: 'https://crm.example/#a' }, 'url: expected a URL without #, which is never sent'],
        [{ method: 'GET' }, 'method: expected one of POST, PUT, PATCH'],
        [{ headers: { Host: 'x' } }, 'headers.Host: expected the name of a header that may be set'],
        [{ headers: { 'a b': 'x' } }, 'headers.a b: expected the name of a header that may be set'],
        [{ headers: { a: 'x\ny' } }, 'headers.a: expected a text of one line without control characters'],
        [{ headers: { a: 1 } }, 'headers.a: expected a text, or { "secret": "name" }'],
        [{ headers: { a: { secret: 'x', secrets: 'x' } } }, 'headers.a.secrets: no such key: did you mean "secret"?'],
        [{ body: 'pass.tier[' }, /body: expected a JSONata expression: .+, at character \d+$/],
        [{ body: { a: 1 } }, 'body: expected a JSONata expression as text'],
        [{ keeps: '' }, 'keeps: expected a JSONata expression as text'],
        [{ succeeds: { condition: ')' } }, /succeeds\.condition: expected a JSONata expression: /],
        [
          { succeeds: { statuses: [200, 99] } },
          'succeeds.statuses[1]: expected a status from 200 to 599, or a text such as "5xx"',
        ],
        [{ retries: 500 }, 'retries: expected a list of statuses such as [200, "5xx"]'],
        [{ sign: 'canary' }, 'sign: expected { "secret": "name" }'],
        [{ sign: {} }, /sign\.secret: is missing: expected the name of a secret of lower-case letters/],
        [
          { events: { detail: { a: [{ prefixed: 'x' }] } } },
          'events: expected an EventBridge pattern: detail.a prefixed: expected one operator this dialect knows',
        ],
        [{ events: {} }, 'events: expected an EventBridge pattern: expected an object with at least one field'],
        [{ limits: { perSecond: 0 } }, 'limits.perSecond: expected a number from 0.01 to 100000'],
        [{ limits: { persecond: 1 } }, 'limits.persecond: no such key: did you mean "perSecond"?'],
      ] as const
    ).map(
      ([fault, said]) =>
        [
          json(fault),
          withFault(fault),
          [
            typeof said === 'string'
              ? expect.stringMatching(
                  new RegExp(
                    `^destinations\\.json:\\d+ {2}webhooks\\[1\\]\\.${said.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`,
                  ),
                )
              : expect.stringMatching(said),
          ],
        ] as const,
    ),
    [
      'faults of Apple and of Google together',
      json({
        apple: { ...APPLE, teamIdentifier: 'x', apns: { auth: 'cert' } },
        google: { ...GOOGLE, issuerId: 1, isuerName: 'x' },
      }),
      [
        'destinations.json:4  apple.teamIdentifier: expected a team identifier of 10 characters',
        'destinations.json:9  apple.apns.auth: expected "certificate" or { "keyId": … }',
        'destinations.json:17  google.isuerName: no such key: did you mean "issuerName"?',
        'destinations.json:13  google.issuerId: expected an issuer id, digits as the Google Pay & Wallet console shows them',
      ],
    ],
    [
      'a fault inside one choice of several',
      json({ apple: { ...APPLE, apns: { auth: { keyId: 'x' } } } }),
      ['destinations.json:10  apple.apns.auth.keyId: expected a key id of 10 characters'],
    ],
  ])('with %s is refused with file, line, path and what was expected, never a value', async (_what, text, said) => {
    const lines = await refusal(text);
    expect(lines).toEqual(said);
    expect(lines.join()).not.toContain('canary');
    for (const line of lines) expect(line).toEqual(LINE);
  });

  test('is looked at together with the template and the images beside it', async () => {
    await writeFile(join(folder, 'card.json'), '{\n "languages": ["en"],\n "colours": {} }');
    await writeFile(join(folder, 'icon.png'), 'canary');
    const lines = await refusal(json({ apple: { ...APPLE, template: 'card.json' }, dryRun: 'yes' }));
    expect(lines).toContain('destinations.json:10  dryRun: expected boolean');
    expect(lines).toContainEqual(expect.stringMatching(/^card\.json:3 {2}colours: expected one of the keys/));
    expect(lines).toContainEqual(expect.stringMatching(/^icon\.png: expected/));
    expect(lines.join()).not.toContain('canary');
    expect(await refusal(json({ apple: { ...APPLE, template: 'other.json' } }))).toContain(
      'other.json: expected that file beside destinations.json',
    );
    await rm(join(folder, 'icon.png'));
    await rm(join(folder, 'card.json'));
  });

  test('that is not there is refused', async () => {
    expect(await loadDestinations(join(folder, 'nothing.json'))).toEqual(
      E.left([`${folder}/nothing.json: no such file`]),
    );
  });
});
