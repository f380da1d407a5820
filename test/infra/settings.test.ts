import { describe, expect, test } from 'vitest';
import { checkDestinations } from '#infra/settings/describeDestinations.ts';
import { checkDescription } from '#infra/settings/describeMapping.ts';
import { readSettings } from '#infra/settings/settings.ts';
import { described } from './described.ts';
import { required, settingsOf } from './synthesised.ts';

const problemsOf = (context: Readonly<Record<string, unknown>>) => {
  const read = readSettings(context);
  return 'problems' in read ? read.problems : [];
};

test('two values are required besides the region; all else has a value that works', () => {
  expect(settingsOf()).toEqual({
    ...required,
    prefix: 'billfold',
    mapping: 'retail',
    incrementalFrom: null,
    middleware: { type: 'host', host: 'ecs-express' },
    destinations: null,
    relaySources: [],
    relayRoutes: {},
    tables: {},
    hasPipes: true,
  });
});

test('all problems are told at once, each with what is expected and how to give it', () => {
  const problems = problemsOf({ prefix: 'Billfold_' });
  expect(problems.map(({ where }) => where)).toEqual(['prefix', 'region', 'connectorProfile', 'alarmEmail']);
  for (const { where, what } of problems) {
    expect(what).toMatch(/^(?:missing|malformed)\. Expected: /);
    expect(what).toContain(`-c ${where}=`);
    expect(what).toContain('cdk.json');
  }
});

const SOURCE = 'aws.partner/salesforce.com/00D8d0000008aBcEAI/0YL8d0000001XyZGAU';
const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0f1e2d3c-0000-4000-8000-000000000001';

describe('a value that cannot be right is refused:', () => {
  test.each([
    ['a prefix with capitals', { prefix: 'Billfold' }, 'prefix'],
    ['a prefix too long for the names of buckets', { prefix: 'b'.repeat(21) }, 'prefix'],
    ['a prefix that ends in a hyphen', { prefix: 'bill-' }, 'prefix'],
    ['a region that is none', { region: 'Frankfurt' }, 'region'],
    ['a connection with a blank in its name', { connectorProfile: 'my salesforce' }, 'connectorProfile'],
    ['an address that is none', { alarmEmail: 'alarms' }, 'alarmEmail'],
    ['several addresses at once', { alarmEmail: 'a@example.com,b@example.com' }, 'alarmEmail'],
    ['an address with a dot too many', { alarmEmail: 'alarms@example..com' }, 'alarmEmail'],
    ['an empty mapping', { mapping: '' }, 'mapping'],
    ['a day that is none', { incrementalFrom: '2026-13-01' }, 'incrementalFrom'],
    ['a day that its month does not have', { incrementalFrom: '2026-02-31' }, 'incrementalFrom'],
    ['a host that is unknown', { middlewareHost: 'lambda' }, 'middlewareHost'],
    ['a middleware without https', { middlewareUrl: 'http://middleware.example.com' }, 'middlewareUrl'],
    ['a middleware with a password in its address', { middlewareUrl: 'https://me:it@m.example.com' }, 'middlewareUrl'],
    [
      'a middleware there already, and a host',
      { middlewareUrl: 'https://m.example.com', middlewareHost: 'fargate' },
      'middlewareHost',
    ],
    [
      'destinations of a middleware that is there already',
      { middlewareUrl: 'https://m.example.com', destinations: 'mine' },
      'destinations',
    ],
    ['an empty folder name', { destinations: '' }, 'destinations'],
    ['fargate without a certificate', { middlewareHost: 'fargate', domainName: 'm.example.com' }, 'certificateArn'],
    ['fargate without a domain', { middlewareHost: 'fargate', certificateArn: CERTIFICATE }, 'domainName'],
    [
      'a certificate of another region',
      {
        middlewareHost: 'fargate',
        domainName: 'm.example.com',
        certificateArn: CERTIFICATE.replace('eu-central-1', 'us-east-1'),
      },
      'certificateArn',
    ],
    ['a certificate nobody reads', { certificateArn: CERTIFICATE }, 'certificateArn'],
    [
      'a relay source of an org id with 15 characters',
      { relaySources: 'aws.partner/salesforce.com/00D8d0000008aBc/0YL' },
      'relaySources',
    ],
    ['a list of relay sources that holds something else', { relaySources: [SOURCE, 1] }, 'relaySources'],
    ['routes that are no JSON', { relaySources: SOURCE, relayRoutes: '{' }, 'relayRoutes'],
    [
      'a route that is no pattern',
      { relaySources: SOURCE, relayRoutes: { points: { 'detail-type': 'Points' } } },
      'relayRoutes.points',
    ],
    ['a route without a relay', { relayRoutes: { points: { 'detail-type': ['Points'] } } }, 'relayRoutes'],
    ['a slip in a name', { middlewareHosts: 'fargate' }, 'middlewareHosts'],
    ['a name with a hyphen in it', { 'alarm-email': 'alarms@example.com' }, 'alarm-email'],
    ['word of App Runner for another host', { appRunnerIsOpen: 'true' }, 'appRunnerIsOpen'],
  ])('%s', (_, context, where) => {
    expect(problemsOf({ ...required, ...context }).map((problem) => problem.where)).toEqual([where]);
  });
});

test('a value is never told back: it may be somebody’s', () => {
  const [problem] = problemsOf({ ...required, alarmEmail: 'ines.roth at example.com' });
  expect(problem?.what).not.toContain('ines');
});

test.each([
  ['alarm-email', 'alarmEmail'],
  ['connectorprofile', 'connectorProfile'],
  ['relay_sources', 'relaySources'],
])('%s is refused, with the name that is meant: %s', (name, meant) => {
  const [problem] = problemsOf({ ...required, [name]: 'a' });
  expect(problem?.what).toMatch(new RegExp(`^no setting of billfold\\. Do you mean ${meant}\\?`));
});

test.each([
  [
    'no JSON, as a shell makes of it what stands without quotes',
    '{points:{detail-type:[Points]}}',
    'JSON',
    'relayRoutes',
  ],
  ['a list', '[]', 'JSON', 'relayRoutes'],
  ['a name with a blank', '{"my points":{"detail-type":["P"]}}', 'letters, digits, hyphens', 'relayRoutes'],
  ['a value that is no list', '{"points":{"detail-type":"P"}}', 'list', 'relayRoutes.points'],
])('a route is refused by its place and for its own reason: %s', (_, relayRoutes, expected, where) => {
  expect(problemsOf({ ...required, relaySources: SOURCE, relayRoutes })).toEqual([
    { where, what: expect.stringContaining(expected) },
  ]);
});

test('of several relay sources the one that is wrong is told by its place', () => {
  const [problem] = problemsOf({ ...required, relaySources: `${SOURCE},salesforce` });
  expect(problem?.what).toMatch(/^the second of 2 is malformed\. Expected: aws\.partner\/salesforce\.com\//);
});

test('App Runner is refused to those who may be new to it, with what to choose instead', () => {
  const [problem] = problemsOf({ ...required, middlewareHost: 'app-runner' });
  expect(problem?.what).toMatch(/closed to new customers.*ecs-express.*appRunnerIsOpen=true/);
  expect(settingsOf({ middlewareHost: 'app-runner', appRunnerIsOpen: 'true' }).middleware).toEqual({
    type: 'host',
    host: 'app-runner',
  });
});

test('a list or an object may be given as text, since the command line knows nothing else', () => {
  const route = { 'detail-type': ['Points_Posted__e'] };
  const asText = settingsOf({ relaySources: `${SOURCE}, ${SOURCE}A`, relayRoutes: JSON.stringify({ points: route }) });
  const asData = settingsOf({ relaySources: [SOURCE, `${SOURCE}A`], relayRoutes: { points: route } });
  expect(asText).toEqual(asData);
});

test('example values stand in for what is required, never for what was given', () => {
  const read = readSettings({ isExample: 'true', connectorProfile: 'mine' });
  expect('settings' in read && [read.settings.connectorProfile, read.settings.alarmEmail]).toEqual([
    'mine',
    'alarms@example.com',
  ]);
  expect('settings' in read && read.examples).toEqual(['region', 'alarmEmail']);
  expect(readSettings(required)).toMatchObject({ examples: [] });
});

describe('the described mapping', () => {
  test('is taken where every object has a flow', () => {
    expect(checkDescription(described)).toEqual({ described });
  });

  test('is refused by the name of an object that no flow brings, with what to do', () => {
    const flows = described.flows.filter(({ object }) => object !== 'Order');
    expect(checkDescription({ ...described, flows })).toEqual({
      problems: [{ where: 'mapping: Order', what: expect.stringContaining('"feeds"') }],
    });
  });

  test('is taken with an object that other systems tell of: it says so', () => {
    const flows = described.flows.filter(({ object }) => object !== 'Order');
    const told = { mapping: { ...described.mapping, feeds: { Order: 'elsewhere' } }, flows };
    expect(checkDescription(told)).toEqual({ described: told });
  });

  test.each([
    [null],
    [{ mapping: {}, flows: [] }],
    [{ ...described, flows: [{ name: 'a', object: 'Order', trigger: 'schedule' }] }],
  ])('is refused where it has another shape', (told) => {
    expect(checkDescription(told)).toEqual({
      problems: [{ where: 'mapping', what: expect.stringContaining('expected') }],
    });
  });
});

test('destinations are taken as billfold tells of them: the secrets they read, each once; anything else is refused', () => {
  const told = { destinations: ['apple'], secrets: ['webhook-till', 'apple-certificate', 'webhook-till'] };
  expect(checkDestinations('/there', told)).toEqual({
    destinations: { folder: '/there', secrets: ['apple-certificate', 'webhook-till'] },
  });
  for (const wrong of [null, {}, { secrets: 'apple-certificate' }, { secrets: ['a b'] }, { secrets: ['../x'] }])
    expect(checkDestinations('/there', wrong)).toMatchObject({ problems: [{ where: 'destinations' }] });
});
