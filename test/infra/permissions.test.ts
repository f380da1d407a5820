import { describe, expect, test } from 'vitest';
import { type Access, type FunctionName, type TableAccess, topology } from '#adapters/topology.ts';
import { lineOf, resourcePoliciesIn, rolesIn, type Statement } from './policies.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const stacks = synthesised();
const roles = rolesIn(stacks);
const ofFunctions = new Map(
  (Object.keys(topology.functions) as FunctionName[]).map((name) => [name, roles.get(`Functions${name}Role`) ?? []]),
);
const all = [...roles].flatMap(([role, statements]) => statements.map((statement) => ({ role, ...statement })));

/** What each kind of access comes to, said once more and by hand. */
const meant: Readonly<Record<Access, readonly string[]>> = {
  describe: ['DescribeTable'],
  read: ['BatchGetItem', 'GetItem', 'Query'],
  scan: ['BatchGetItem', 'GetItem', 'Query', 'Scan'],
  append: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
  write: [
    'BatchGetItem',
    'BatchWriteItem',
    'ConditionCheckItem',
    'DeleteItem',
    'GetItem',
    'PutItem',
    'Query',
    'UpdateItem',
  ],
};

/** Table → what may be done with it, without those of its indexes. */
const tablesTouched = (statements: readonly Statement[]) => {
  const touched: Record<string, Set<string>> = {};
  for (const { actions, resources } of statements)
    for (const action of actions.filter((name) => name.startsWith('dynamodb:')))
      for (const resource of resources.filter((name) => !name.includes('/index/'))) {
        touched[resource] ??= new Set();
        touched[resource].add(action.slice('dynamodb:'.length));
      }
  return Object.fromEntries(Object.entries(touched).map(([table, actions]) => [table, [...actions].sort()]));
};

describe('what a function may do with tables', () => {
  test.each([...ofFunctions])('%s: exactly what the topology declares', (name, statements) => {
    const declared = Object.entries(topology.functions[name].tables as TableAccess).map(([table, kinds]) => [
      `billfold-${table}`,
      [...new Set(kinds.flatMap((kind) => meant[kind]))].sort(),
    ]);
    expect(tablesTouched(statements)).toEqual(Object.fromEntries(declared));
  });

  test('nobody at all may change or delete an event', () => {
    const offenders = all.filter(
      ({ actions, resources }) =>
        resources.some((resource) => resource.includes('billfold-events') || resource === '*') &&
        actions.some((action) => /^dynamodb:(?:UpdateItem|DeleteItem|BatchWriteItem|PartiQL|\*)/.test(action)),
    );
    expect(offenders).toEqual([]);
    expect(
      all
        .filter(
          ({ actions, resources }) => actions.includes('dynamodb:PutItem') && resources.includes('billfold-events'),
        )
        .map(({ role }) => role)
        .sort(),
    ).toEqual(['FunctionsclockRole', 'FunctionsforgetRole', 'FunctionsingestRole', 'FunctionsloadPartRole']);
  });

  test('who reads keys cannot make one, and who touches none cannot unwrap', () => {
    const wrapping = [...ofFunctions].flatMap(([name, statements]) =>
      statements
        .filter(({ resources }) => resources.some((resource) => resource.startsWith('StoreWrapping')))
        .map(({ actions }) => [name, actions]),
    );
    expect(Object.fromEntries(wrapping)).toEqual({
      ingest: ['kms:Decrypt', 'kms:GenerateDataKey'],
      loadPart: ['kms:Decrypt', 'kms:GenerateDataKey'],
      clock: ['kms:Decrypt', 'kms:GenerateDataKey'],
      forget: ['kms:Decrypt', 'kms:GenerateDataKey'],
      projector: 'kms:Decrypt'.split(' '),
      announcer: 'kms:Decrypt'.split(' '),
      walk: 'kms:Decrypt'.split(' '),
    });
  });
});

describe('every policy', () => {
  test('allows actions by name, never by wildcard; but the account may do all with its own keys, or nobody could', () => {
    const ofResources = resourcePoliciesIn(stacks).flatMap(({ type, statements }) =>
      statements.filter(({ services }) => type !== 'AWS::KMS::Key' || services.length > 0),
    );
    const wild = [...all, ...ofResources].filter(
      ({ effect, actions }) => effect === 'Allow' && actions.some((action) => action.includes('*')),
    );
    expect(wild).toEqual([]);
    expect(ofResources.length).toBeGreaterThan(30);
  });

  test('names its resources, but where AWS knows none', () => {
    const anywhere = all.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    expect([...new Set(anywhere)].sort()).toEqual([
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('lets a service of AWS in for what is ours alone; but EventBridge uses the queues’ key as it likes, since each queue says which rules may send', () => {
    const ofServices = resourcePoliciesIn(stacks).flatMap(({ type, statements }) =>
      statements.filter(({ services }) => services.length > 0).map((statement) => ({ type, ...statement })),
    );
    const open = ofServices.filter(
      ({ conditions }) =>
        !/aws:SourceAccount|aws:SourceArn|kms:EncryptionContext/.test(JSON.stringify(conditions ?? null)),
    );
    expect(open.map(({ type, services }) => [type, services])).toEqual([['AWS::KMS::Key', ['events.amazonaws.com']]]);
    expect(new Set(ofServices.flatMap(({ services }) => services))).toEqual(
      new Set([
        'appflow.amazonaws.com',
        'cloudwatch.amazonaws.com',
        'events.amazonaws.com',
        'logging.s3.amazonaws.com',
        'logs.eu-central-1.amazonaws.com',
      ]),
    );
  });
});

test('no policy of a queue is longer than SQS takes, whatever partners join: 10 conditions, 20 statements, 8192 bytes', () => {
  const channels = ['0YLAAAAAAAAAAAAAAA', '0YLBBBBBBBBBBBBBBB', '0YLCCCCCCCCCCCCCCC'];
  const relayed = synthesised({
    relaySources: channels.map((channel) => `aws.partner/salesforce.com/00D8d0000008aBcEAI/${channel}`),
    relayRoutes: { points: { 'detail-type': ['Points_Posted__e'] }, tiers: { 'detail-type': ['Tier_Moved__e'] } },
  });
  const ofQueues = resourcePoliciesIn(relayed).filter(({ type }) => type === 'AWS::SQS::QueuePolicy');
  for (const { statements } of ofQueues) {
    expect(statements.filter(({ conditions }) => conditions !== undefined).length).toBeLessThanOrEqual(10);
    expect(statements.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(statements).length).toBeLessThanOrEqual(8_192);
  }
  const rules = resourcesOf(relayed.flow, 'AWS::Events::Rule');
  const undelivered = ofQueues
    .flatMap(({ statements }) => statements)
    .filter(({ resources, services }) => resources.includes('billfold-undelivered') && services.length > 0);
  expect(undelivered.flatMap(({ conditions }) => sendersIn(conditions))).toHaveLength(rules.length);
});

const sendersIn = (conditions: unknown): readonly unknown[] =>
  (conditions as { readonly ArnEquals: { readonly 'aws:SourceArn': readonly unknown[] } }).ArnEquals['aws:SourceArn'];

test('a pipe may read its stream, call what it is made of, and put aside what failed: its dead letters are sent by its own role', () => {
  for (const pipe of ['poke', 'announce', 'publish'] as const) {
    const { source } = topology.pipes[pipe];
    const statements = [...roles].find(([role]) => role.endsWith(`${pipe}Role`))?.[1] ?? [];
    const sends = statements.filter(({ actions }) => actions.includes('sqs:SendMessage'));
    expect(
      sends.flatMap(({ resources }) => resources),
      pipe,
    ).toEqual([`billfold-${source.deadLetter}`]);
    expect(tablesTouched(statements), pipe).toEqual({
      [`billfold-${source.table}`]: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'],
    });
  }
});

test('what every role may do, to be read when it changes: nothing here should surprise', () => {
  const ours = [...roles].filter(([role]) => !role.includes('Provider'));
  expect(Object.fromEntries(ours.map(([role, statements]) => [role, statements.map(lineOf).sort()]))).toMatchSnapshot();
});
