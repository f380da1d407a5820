import { describe, expect, test } from 'vitest';
import { type BucketName, topology } from '#adapters/topology.ts';
import { walkDefinition } from '#infra/walkDefinition.ts';
import { described } from './described.ts';
import { namesIn } from './names.ts';
import { resourcePoliciesIn } from './policies.ts';
import { installed, type Resource, resourcesOf, synthesised } from './synthesised.ts';

const stacks = synthesised();
const { store, flow } = stacks;
const names = namesIn(stacks);
const withinStore = namesIn({ store, flow: store });

describe('what is known', () => {
  test('stands in a stack that cannot be deleted by mistake; the other can', () => {
    const made = installed();
    expect(made.store.terminationProtection).toBe(true);
    expect(made.flow.terminationProtection).toBe(false);
  });

  test('outlives its stack: tables, files, keys and the middleware’s key', () => {
    const lasting = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret'];
    const kept = lasting.flatMap((type) => resourcesOf(store, type));
    expect(kept.length).toBe(6 + 3 + 2 + 2);
    for (const { DeletionPolicy, UpdateReplacePolicy } of kept)
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  test('is encrypted under a key of ours in every table, none of which can be deleted', () => {
    for (const { Properties } of resourcesOf(store, 'AWS::DynamoDB::GlobalTable')) {
      const [replica] = Properties.Replicas;
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(withinStore(replica.SSESpecification.KMSMasterKeyId)).toMatch(/^StoreData/);
      expect(replica.DeletionProtectionEnabled).toBe(true);
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
    }
  });

  test('is in backups of 35 days where a forgotten member’s data is sealed in them, and in none where it would outlive the member', () => {
    const backups = resourcesOf(store, 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => [
      withinStore(Properties.TableName),
      Properties.Replicas[0].PointInTimeRecoverySpecification.RecoveryPeriodInDays ?? null,
    ]);
    expect(Object.fromEntries(backups)).toEqual({
      'billfold-records': 35,
      'billfold-events': 35,
      'billfold-views': null,
      'billfold-keys': null,
      'billfold-ops': null,
      'billfold-deliveries': null,
    });
  });

  test('keys are renewed each year, and could be called back for a month', () => {
    const [transit] = resourcesOf(flow, 'AWS::KMS::Key');
    for (const key of [...resourcesOf(store, 'AWS::KMS::Key'), transit]) {
      const { Properties } = key ?? { Properties: {} };
      expect(Properties.EnableKeyRotation).toBe(true);
      expect(Properties.PendingWindowInDays).toBe(30);
    }
  });
});

describe('files', () => {
  const buckets = new Map(
    resourcesOf(store, 'AWS::S3::Bucket').map((bucket) => [
      withinStore(bucket.Properties.BucketName).replace(/^billfold-(.*)-111122223333-eu-central-1$/, '$1'),
      bucket.Properties,
    ]),
  );

  test('are nobody else’s, in any bucket, and travel encrypted', () => {
    const policies = resourcePoliciesIn(stacks).filter(({ type }) => type === 'AWS::S3::BucketPolicy');
    expect([...buckets.keys()]).toEqual(['access-logs', 'landing', 'lake']);
    expect(policies).toHaveLength(3);
    for (const { statements } of policies)
      expect(statements).toContainEqual(
        expect.objectContaining({ effect: 'Deny', conditions: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    for (const bucket of buckets.values())
      expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
  });

  test.each(Object.entries(topology.buckets))(
    'of %s lie under our key, for as long as declared',
    (name, { expireAfterDays }) => {
      const bucket = buckets.get(name as BucketName);
      const [{ ServerSideEncryptionByDefault: by }] = bucket.BucketEncryption.ServerSideEncryptionConfiguration;
      expect([by.SSEAlgorithm, withinStore(by.KMSMasterKeyID)]).toEqual([
        'aws:kms',
        expect.stringMatching(/^StoreData/),
      ]);
      const days = bucket.LifecycleConfiguration.Rules.map(
        ({ ExpirationInDays }: { ExpirationInDays?: number }) => ExpirationInDays,
      );
      expect(days.find((value: number | undefined) => value !== undefined) ?? null).toBe(expireAfterDays);
      expect(bucket.LoggingConfiguration.LogFilePrefix).toBe(`${name}/`);
    },
  );

  test('that land are announced by S3 itself: no function of the library’s in between', () => {
    expect(buckets.get('landing').NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(resourcesOf(store, 'AWS::Lambda::Function')).toEqual([]);
  });

  test('are written by AppFlow for this account, under the key of that bucket alone', () => {
    const appFlow = resourcePoliciesIn(stacks)
      .flatMap(({ statements }) => statements)
      .filter(({ services }) => services.includes('appflow.amazonaws.com'));
    const bucket = 'arn:aws:s3:::billfold-landing-111122223333-eu-central-1';
    expect(appFlow.map(({ conditions }) => conditions)).toEqual([
      { StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket, `${bucket}/*`] } },
      { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    ]);
  });
});

describe('what happens', () => {
  test('waits and is logged under a key of ours, and logs end after three months', () => {
    for (const { Properties } of resourcesOf(flow, 'AWS::SQS::Queue'))
      expect(names(Properties.KmsMasterKeyId)).toMatch(/^Transit/);
    const logs = resourcesOf(flow, 'AWS::Logs::LogGroup').filter(({ Properties }) =>
      /^\/aws\/(?:lambda|vendedlogs)\//.test(Properties.LogGroupName),
    );
    for (const { Properties } of logs) {
      expect(names(Properties.KmsKeyId)).toMatch(/^Transit/);
      expect(Properties.RetentionInDays).toBe(90);
    }
    const logged = logs.map(({ Properties }) => names(Properties.LogGroupName));
    for (const name of Object.keys(topology.functions)) expect(logged).toContain(`/aws/lambda/billfold-${name}`);
    for (const name of Object.keys(topology.pipes)) expect(logged).toContain(`/aws/vendedlogs/pipes/billfold-${name}`);
    expect(logged).toContain('/aws/vendedlogs/states/billfold-jobs');
  });

  test('waits in queues that take whatever a bus carries: an event of 1 MB, and what a sender sets aside of it', () => {
    for (const { Properties } of resourcesOf(stacks.flow, 'AWS::SQS::Queue'))
      expect(Properties.MaximumMessageSize, Properties.QueueName).toBe(1_048_576);
  });

  test('is put into queues over TLS alone', () => {
    const policies = resourcePoliciesIn(stacks).filter(({ type }) => type === 'AWS::SQS::QueuePolicy');
    expect(policies).toHaveLength(Object.keys(topology.queues).length);
    for (const { statements } of policies)
      expect(statements).toContainEqual(
        expect.objectContaining({ effect: 'Deny', conditions: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
  });

  test('runs on Node.js 24 with tracing, each function in a role of its own and none with a share of the account set aside', () => {
    const ours = resourcesOf(flow, 'AWS::Lambda::Function').filter(
      ({ Properties }) => Properties.TracingConfig !== undefined,
    );
    expect(ours).toHaveLength(Object.keys(topology.functions).length + 1);
    for (const { Properties } of ours) {
      expect([Properties.Runtime, Properties.TracingConfig.Mode, Properties.Architectures]).toEqual([
        'nodejs24.x',
        'Active',
        ['arm64'],
      ]);
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
    expect(new Set(ours.map(({ Properties }) => names(Properties.Role))).size).toBe(ours.length);
  });

  test('is tried again for a day, and kept aside where even that did not help, by every rule', () => {
    // EventBridge guide, "Retrying event delivery", read November 2026.
    const BY_DEFAULT = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };
    const rules = resourcesOf(flow, 'AWS::Events::Rule');
    expect(rules.length).toBeGreaterThan(4);
    for (const { Properties } of rules)
      for (const { DeadLetterConfig, RetryPolicy } of Properties.Targets) {
        expect(names(DeadLetterConfig.Arn)).toBe('billfold-undelivered');
        expect(RetryPolicy ?? BY_DEFAULT).toEqual(BY_DEFAULT);
      }
  });

  test('by schedule is tried until the next round is due, and kept aside as well', () => {
    for (const { Properties } of resourcesOf(flow, 'AWS::Scheduler::Schedule')) {
      expect(names(Properties.Target.DeadLetterConfig.Arn)).toBe('billfold-undelivered');
      const [, minutes = '60'] = /rate\((\d+)/.exec(Properties.ScheduleExpression) ?? [];
      expect(Properties.Target.RetryPolicy.MaximumEventAgeInSeconds).toBe(Number(minutes) * 60);
    }
  });

  test('goes through pipes that run: a deployment which changes one has it run again, whoever paused it', () => {
    const pipes = resourcesOf(flow, 'AWS::Pipes::Pipe');
    expect(pipes.map(({ Properties }) => Properties.DesiredState)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
  });

  test('is logged by pipes without the records, which hold passes', () => {
    for (const { Properties } of resourcesOf(flow, 'AWS::Pipes::Pipe')) {
      expect(Properties.LogConfiguration).toMatchObject({ Level: 'ERROR', IncludeExecutionData: [] });
      expect(Properties.Name).toMatch(/^billfold-/);
    }
  });

  test('is logged by the jobs’ state machine without what it was given', () => {
    const [jobs] = resourcesOf(flow, 'AWS::StepFunctions::StateMachine').filter(
      ({ Properties }) => Properties.StateMachineName === 'billfold-jobs',
    );
    expect(jobs?.Properties.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(jobs?.Properties.TracingConfiguration).toEqual({ Enabled: true });
  });
});

describe('the key of the middleware', () => {
  test('is made where it lies, stands in no template, and is renewed each month by its function', () => {
    const [secret] = resourcesOf(store, 'AWS::SecretsManager::Secret');
    const [rotation] = resourcesOf(flow, 'AWS::SecretsManager::RotationSchedule');
    expect(secret?.Properties.SecretString).toBeUndefined();
    expect(secret?.Properties.GenerateSecretString.PasswordLength).toBeGreaterThanOrEqual(43);
    expect(names(rotation?.Properties.RotationLambdaARN)).toBe('billfold-rotateKey');
    expect(names(rotation?.Properties.SecretId)).toBe('billfold-middleware-key');
    expect(rotation?.Properties.RotationRules).toEqual({ AutomaticallyAfterDays: 30 });
  });

  test('and where to show it are told to whoever sends', () => {
    const { flow: elsewhere } = synthesised({ middlewareUrl: 'https://wallet.example.com' });
    const told = resourcesOf(elsewhere, 'AWS::Lambda::Function').flatMap(
      ({ Properties }) => Properties.Environment?.Variables.BILLFOLD_MIDDLEWARE_URL ?? [],
    );
    expect(told).toEqual(['https://wallet.example.com', 'https://wallet.example.com']);
  });
});

describe('the secrets of the middleware', () => {
  const destinations = { folder: '/there', secrets: ['apple-certificate', 'apple-token-key', 'webhook-till'] };
  const made = resourcesOf(synthesised({}, described, destinations).store, 'AWS::SecretsManager::Secret').slice(1);

  test('are those that its destinations read, and the key of its operators', () => {
    expect(made.map(({ Properties }) => Properties.Name)).toEqual([
      'billfold-operator-key',
      'billfold-apple-certificate',
      'billfold-apple-token-key',
      'billfold-webhook-till',
    ]);
  });

  test('are made where they lie, or are empty until somebody fills them; none stands in the template, each outlives its stack', () => {
    const isGenerated = made.map(({ Properties }) => Properties.GenerateSecretString !== undefined);
    expect(isGenerated).toEqual([true, false, true, false]);
    for (const { Properties, DeletionPolicy, UpdateReplacePolicy } of made) {
      expect(Properties.SecretString).toBeUndefined();
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
      expect(withinStore(Properties.KmsKeyId)).toMatch(/^StoreData/);
    }
  });
});

describe('a job', () => {
  const definition = walkDefinition('WALK', 20);
  type State = Readonly<Record<string, unknown>>;
  const nextsOf = (states: Readonly<Record<string, State>>) =>
    Object.values(states).flatMap((state) =>
      [state, ...((state.Catch ?? state.Choices ?? []) as State[])].flatMap(({ Next, Default }) =>
        [Next, Default].filter((name) => name !== undefined),
      ),
    );

  test('leads from each state to one that is there', () => {
    const { ItemProcessor } = definition.States.Segments;
    for (const { StartAt, States } of [definition, ItemProcessor])
      for (const name of [StartAt, ...nextsOf(States)]) expect(Object.keys(States)).toContain(name);
  });

  test('is marked as failed where a segment or its end failed, and only Lambda’s own faults are tried again, apart from each other', () => {
    for (const { Catch } of [definition.States.Segments, definition.States.End])
      expect(Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Fail' }]);
    const [retry] = definition.States.Plan.Retry;
    expect(retry?.ErrorEquals).not.toContain('States.ALL');
    expect(retry?.ErrorEquals).not.toContain('States.TaskFailed');
    expect(retry?.JitterStrategy).toBe('FULL');
  });

  test('as a whole', () => {
    expect(definition).toMatchSnapshot();
  });
});

test('the same settings give the same templates: nothing in them is of the hour', () => {
  expect(synthesised()).toEqual(stacks);
});

test('a name with another prefix shares nothing with the first but the account', () => {
  const other = synthesised(
    { prefix: 'second' },
    {
      ...described,
      flows: described.flows.map((planned) => ({ ...planned, name: planned.name.replace('billfold', 'second') })),
    },
  );
  const told = namesIn(other);
  const given = [...Object.values(other.flow.Resources), ...Object.values(other.store.Resources)].flatMap(
    ({ Properties: p }: Resource) =>
      [
        'QueueName',
        'FunctionName',
        'TableName',
        'FlowName',
        'LogGroupName',
        'BucketName',
        'StateMachineName',
        'ArchiveName',
        'AliasName',
      ].flatMap((property) =>
        p?.[property] === undefined || typeof p[property] !== 'string' ? [] : [told(p[property])],
      ),
  );
  expect(given.filter((name) => name.includes('billfold'))).toEqual([]);
  expect(given.length).toBeGreaterThan(40);
});
