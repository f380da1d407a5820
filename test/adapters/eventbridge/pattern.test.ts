import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { compilePattern, type PatternDialect } from '#adapters/eventbridge/pattern.ts';
import { topology } from '#adapters/topology.ts';

const compiled = (pattern: unknown, dialect: PatternDialect = 'bus') => {
  const result = compilePattern(pattern, dialect);
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};

type Case = readonly [rule: string, pattern: unknown, event: unknown, matches: boolean];

// Examples of the EventBridge guide ("Creating event patterns", "Comparison operators") and of the Event Ruler README, read 2026-11-21.
const ec2 = {
  version: '0',
  id: 'ddddd4-aaaa-7777-4444-345dd43cc333',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '012345679012',
  time: '2017-10-02T16:24:49Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000'],
  detail: {
    'c-count': 5,
    'd-count': 3,
    'x-limit': 301.8,
    'source-ip': '10.0.0.33',
    'instance-id': 'i-000000aaaaaa00000',
    state: 'running',
  },
};
const stateIs = (value: unknown) => ({ detail: { state: [value] } });
const state = (value: unknown) => ({ detail: { state: value } });
const orExample = {
  source: ['aws.cloudwatch'],
  $or: [
    { metricName: ['CPUUtilization', 'ReadLatency'] },
    { metricType: ['MetricType'], namespace: ['AWS/EC2', 'AWS/ES'], $or: [{ metricId: [1234] }, { spaceId: [1000] }] },
    { scope: ['Service'] },
  ],
};

const cases: readonly Case[] = [
  [
    'all fields and one of the values',
    { 'detail-type': [ec2['detail-type']], resources: ec2.resources, detail: { state: ['initializing', 'running'] } },
    ec2,
    true,
  ],
  ['a field that differs', { source: ['aws.s3'] }, ec2, false],
  ['a field that is missing', { detail: { colour: ['red'] } }, ec2, false],
  ['a nesting that differs', { state: ['running'] }, ec2, false],
  ['an inherited name is no field', { constructor: [{ exists: true }] }, ec2, false],

  ['null matches null', { detail: { UserID: [null] } }, { detail: { UserID: null } }, true],
  ['null is not the empty string', { detail: { UserID: [null] } }, { detail: { UserID: '' } }, false],
  ['null is not absence', { detail: { UserID: [null] } }, { detail: {} }, false],
  ['the empty string matches itself', { LastName: [''] }, { LastName: '' }, true],
  ['true matches true', { flag: [true] }, { flag: true }, true],
  ['true is not its text', { flag: [true] }, { flag: 'true' }, false],
  ['a number is not its text', { price: [100] }, { price: '100' }, false],
  ['300 and 3.0e2 are one number', '{"price":[3.0e2]}', { price: 300 }, true],

  ['an array in the event matches by one element', { resources: ['b', 'x'] }, { resources: ['a', 'b'] }, true],
  ['an array in the event without that element', { resources: ['c'] }, { resources: ['a', 'b'] }, false],
  [
    'fields of one element match together',
    { employees: { first: ['Anna'], last: ['Smith'] } },
    { employees: [{ first: 'Anna', last: 'Smith' }] },
    true,
  ],
  [
    'fields of two elements do not add up',
    { employees: { first: ['Anna'], last: ['Jones'] } },
    {
      employees: [
        { first: 'Anna', last: 'Smith' },
        { first: 'John', last: 'Jones' },
      ],
    },
    false,
  ],

  ['prefix', { time: [{ prefix: '2017-10-02' }] }, ec2, true],
  ['prefix elsewhere', { region: [{ prefix: 'eu-' }] }, ec2, false],
  ['prefix of nothing matches any string', { source: [{ prefix: '' }] }, ec2, true],
  ['prefix of a number never matches', { detail: { 'c-count': [{ prefix: '5' }] } }, ec2, false],
  [
    'prefix whatever the case',
    { service: [{ prefix: { 'equals-ignore-case': 'EventB' } }] },
    { service: 'eventbridge' },
    true,
  ],
  ['suffix', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.png' }, true],
  ['suffix elsewhere', { FileName: [{ suffix: '.png' }] }, { FileName: 'a.png.gz' }, false],
  [
    'suffix whatever the case',
    { FileName: [{ suffix: { 'equals-ignore-case': '.png' } }] },
    { FileName: 'a.PNG' },
    true,
  ],
  [
    'equals whatever the case',
    { 'detail-type': [{ 'equals-ignore-case': 'ec2 instance state-change notification' }] },
    ec2,
    true,
  ],
  ['equals whatever the case, all of it', { source: [{ 'equals-ignore-case': 'EC2' }] }, ec2, false],

  ['anything but a string', stateIs({ 'anything-but': 'initializing' }), ec2, true],
  ['anything but that very string', stateIs({ 'anything-but': 'running' }), ec2, false],
  ['anything but a number', { detail: { 'x-limit': [{ 'anything-but': 123 }] } }, ec2, true],
  [
    'anything but a list of strings',
    stateIs({ 'anything-but': ['stopped', 'overloaded'] }),
    state('overloaded'),
    false,
  ],
  ['anything but a list of numbers', { detail: { 'x-limit': [{ 'anything-but': [100, 200, 300] }] } }, ec2, true],
  ['anything but needs a value', stateIs({ 'anything-but': 'x' }), { detail: {} }, false],
  ['anything but, one element of an array being another', stateIs({ 'anything-but': 'a' }), state(['a', 'b']), true],
  ['anything but a prefix', stateIs({ 'anything-but': { prefix: 'init' } }), state('initializing'), false],
  ['anything but prefixes', stateIs({ 'anything-but': { prefix: ['init', 'error'] } }), state('errors'), false],
  ['anything but a suffix', { FileName: [{ 'anything-but': { suffix: '.txt' } }] }, { FileName: 'a.rtf' }, true],
  [
    'anything but suffixes',
    { FileName: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }] },
    { FileName: 'a.rtf' },
    false,
  ],
  [
    'anything but a word in any case',
    stateIs({ 'anything-but': { 'equals-ignore-case': 'initializing' } }),
    state('INITIALIZING'),
    false,
  ],
  [
    'anything but words in any case',
    stateIs({ 'anything-but': { 'equals-ignore-case': ['initializing', 'stopped'] } }),
    state('Running'),
    true,
  ],
  [
    'anything but a wildcard',
    { FilePath: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
    { FilePath: '/usr/lib/x' },
    false,
  ],
  [
    'anything but wildcards',
    { FilePath: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }] },
    { FilePath: '/home/me' },
    true,
  ],

  [
    'numeric, all fields',
    {
      detail: {
        'c-count': [{ numeric: ['>', 0, '<=', 5] }],
        'd-count': [{ numeric: ['<', 10] }],
        'x-limit': [{ numeric: ['=', 3.018e2] }],
      },
    },
    ec2,
    true,
  ],
  ['numeric, the open end of a range', { n: [{ numeric: ['>', 0, '<=', 5] }] }, { n: 0 }, false],
  ['numeric never matches text', { n: [{ numeric: ['>=', 0] }] }, { n: '1' }, false],

  ['cidr', { detail: { 'source-ip': [{ cidr: '10.0.0.0/24' }] } }, ec2, true],
  ['cidr, outside', { detail: { 'source-ip': [{ cidr: '10.0.1.0/24' }] } }, ec2, false],
  ['cidr of IPv6', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db8::1' }, true],
  ['cidr of something else', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: 'nowhere' }, false],

  ['exists', { detail: { 'c-count': [{ exists: true }] } }, ec2, true],
  ['exists, though null', { a: [{ exists: true }] }, { a: null }, true],
  ['exists sees leaves only', { detail: [{ exists: true }] }, ec2, false],
  ['does not exist', { detail: { 'c-count': [{ exists: false }] } }, { detail: { state: 'x' } }, true],
  ['does not exist, but does', { detail: { 'c-count': [{ exists: false }] } }, ec2, false],
  [
    'does not exist as a leaf',
    { detail: { 'c-count': [{ exists: false }] } },
    { detail: { 'c-count': { c1: 100 } } },
    true,
  ],
  ['does not exist when the parent does not', { detail: { a: { b: [{ exists: false }] } } }, { detail: {} }, true],
  ['does not exist in any element', { list: { a: [{ exists: false }] } }, { list: [{ b: 1 }, { a: 1 }] }, false],
  ['absent or a certain value', { a: [{ exists: false }, 'x'] }, { a: 'x' }, true],

  ['wildcard', { file: [{ wildcard: 'dir/*.png' }] }, { file: 'dir/a/b.png' }, true],
  ['wildcard, elsewhere', { file: [{ wildcard: 'dir/*.png' }] }, { file: 'other/a.png' }, false],
  ['wildcards in order', { source: [{ wildcard: 'S*p*Service' }] }, { source: 'SimpleQueueService' }, true],
  ['wildcards do not overlap', { a: [{ wildcard: 'ab*ba' }] }, { a: 'aba' }, false],
  ['wildcard, an escaped star', '{"a":[{"wildcard":"a\\\\*b"}]}', { a: 'a*b' }, true],
  ['wildcard, an escaped star is no wildcard', '{"a":[{"wildcard":"a\\\\*b"}]}', { a: 'axb' }, false],

  ['or, first branch', orExample, { source: 'aws.cloudwatch', metricName: 'ReadLatency' }, true],
  ['or, no branch', orExample, { source: 'aws.cloudwatch', metricName: 'Other' }, false],
  ['or needs the fields beside it', orExample, { source: 'aws.s3', metricName: 'ReadLatency' }, false],
  [
    'or inside an and inside an or',
    orExample,
    { source: 'aws.cloudwatch', metricType: 'MetricType', namespace: 'AWS/ES', spaceId: 1000 },
    true,
  ],
  [
    'or inside an and inside an or, half of it',
    orExample,
    { source: 'aws.cloudwatch', metricType: 'MetricType', namespace: 'AWS/ES' },
    false,
  ],
  ['or below the top', { detail: { $or: [{ a: [1] }, { b: [2] }] } }, { detail: { b: 2 } }, true],
  ['$or over no list is a field', { $or: { a: [1] } }, { $or: { a: 1 } }, true],
  ['$or over operators is a field', { $or: [{ prefix: 'a' }, { suffix: 'z' }] }, { $or: 'to z' }, true],

  [
    'many operators at once',
    {
      time: [{ prefix: '2017-10-02' }],
      detail: {
        state: [{ 'anything-but': 'initializing' }],
        'c-count': [{ numeric: ['>', 0, '<=', 5] }],
        'x-limit': [{ 'anything-but': [100, 200, 300] }],
      },
    },
    ec2,
    true,
  ],
];

test.each(cases)('%s', (_rule, pattern, event, matches) => {
  expect(compiled(pattern)(event)).toBe(matches);
});

describe('a broken pattern says where', () => {
  test.each([
    ['not an object', [], '', null],
    ['not JSON', '{', '', null],
    ['a field without a list', { detail: { a: 'x' } }, 'detail.a', null],
    ['an empty list', { detail: { a: [] } }, 'detail.a', null],
    ['an unknown operator', { a: [{ contains: 'x' }] }, 'a', 'contains'],
    ['an inherited operator', { a: [{ toString: 'x' }] }, 'a', 'toString'],
    ['two operators in one', { a: [{ prefix: 'x', suffix: 'y' }] }, 'a', 'prefix'],
    ['a mixture in anything-but', { a: [{ 'anything-but': ['x', 1] }] }, 'a', 'anything-but'],
    ['a range the wrong way round', { a: [{ numeric: ['<', 0, '>', 5] }] }, 'a', 'numeric'],
    ['a bound too large', { a: [{ numeric: ['<', 6e9] }] }, 'a', 'numeric'],
    ['a block that is none', { a: [{ cidr: '10.0.0.0/33' }] }, 'a', 'cidr'],
    ['two stars in a row', { a: [{ wildcard: 'a**b' }] }, 'a', 'wildcard'],
    ['a stray backslash', { a: [{ wildcard: 'a\\b' }] }, 'a', 'wildcard'],
    ['more than a rule may hold', { a: ['x'.repeat(2_048)] }, '', null],
  ])('%s', (_rule, pattern, path, operator) => {
    expect(compilePattern(pattern, 'bus')).toMatchObject(E.left({ type: 'PatternError', path, operator }));
  });
});

describe('a pipe', () => {
  test.each([
    ['wildcard', { a: [{ wildcard: '*' }] }, 'a', 'wildcard'],
    ['suffix', { a: [{ suffix: 'x' }] }, 'a', 'suffix'],
    ['equals-ignore-case', { a: { b: [{ 'equals-ignore-case': 'x' }] } }, 'a.b', 'equals-ignore-case'],
    ['prefix in any case', { a: [{ prefix: { 'equals-ignore-case': 'x' } }] }, 'a', 'prefix equals-ignore-case'],
    ['cidr', { a: [{ cidr: '10.0.0.0/8' }] }, 'a', 'cidr'],
    ['anything-but over another operator', { a: [{ 'anything-but': { prefix: 'x' } }] }, 'a', 'anything-but prefix'],
    ['$or', { a: { $or: [{ b: [1] }, { c: [1] }] } }, 'a', '$or'],
  ])('refuses %s', (_rule, pattern, path, operator) => {
    expect(compilePattern(pattern, 'pipe')).toMatchObject(E.left({ path, operator }));
    expect(compilePattern(pattern, 'bus')).toMatchObject({ _tag: 'Right' });
  });

  test('takes exact, prefix, anything-but, numeric and exists', () => {
    expect(
      compiled(
        { a: ['x', { prefix: 'y' }], b: [{ 'anything-but': 1 }], c: [{ numeric: ['>', 1] }], d: [{ exists: true }] },
        'pipe',
      )({ a: 'x', b: 2, c: 2, d: 0 }),
    ).toBe(true);
  });

  test('lets the publish filter see only passes that changed', () => {
    const matches = compiled(topology.pipes.publish.filters[0], 'pipe');
    expect(matches({ dynamodb: { NewImage: { p: { S: 'm' }, changed: { S: '["tier"]' } } } })).toBe(true);
    expect(matches({ dynamodb: { NewImage: { p: { S: 'm' } } } })).toBe(false);
    expect(matches({ dynamodb: { Keys: { p: { S: 'm' } } } })).toBe(false);
  });
});
