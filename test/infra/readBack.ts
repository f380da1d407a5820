import { variables } from '#adapters/topology.ts';
import { type Names, namesIn, withNames } from './names.ts';
import { type Resource, resourcesOf, type Stacks } from './synthesised.ts';

/** What the templates say, in the topology's own words: read from them alone, so that both can be compared whole. */
export const readBack = (stacks: Stacks) => {
  const names = namesIn(stacks);
  const short = (value: unknown): string => names(value).replace(/^billfold-/, '');
  const listed = <A>(type: string, read: (resource: Resource) => readonly [string, A]) =>
    Object.fromEntries(resourcesOf(stacks.flow, type).map(read));
  const schedules = <A>(isMeant: (resource: Resource) => boolean, read: (resource: Resource) => readonly [string, A]) =>
    Object.fromEntries(resourcesOf(stacks.flow, 'AWS::Scheduler::Schedule').filter(isMeant).map(read));
  return {
    queues: listed('AWS::SQS::Queue', queueOf(short)),
    pipes: listed('AWS::Pipes::Pipe', pipeOf(short)),
    queueSources: listed('AWS::Lambda::EventSourceMapping', queueSourceOf(short)),
    schedules: schedules(isRate, scheduleOf(short)),
    nightly: schedules((resource) => isJob(resource), nightlyOf(short)),
    forgettingAt: schedules((resource) => !isRate(resource) && !isJob(resource), forgettingAtOf(short)),
    tables: Object.fromEntries(resourcesOf(stacks.store, 'AWS::DynamoDB::GlobalTable').map(tableOf(short))),
    /** 0 days: for ever. */
    archives: listed('AWS::Events::Archive', ({ Properties: p }) => [short(p.ArchiveName), p.RetentionDays || null]),
    functions: listed('AWS::Lambda::Function', functionOf(short)),
    /** By bus, as every bus has them. */
    rules: Object.groupBy(resourcesOf(stacks.flow, 'AWS::Events::Rule').map(ruleOf(names, short)), ({ bus }) => bus),
  };
};

type Short = Names;

const queueOf =
  (short: Short) =>
  ({ Properties: p }: Resource) => {
    const dead = p.RedrivePolicy;
    return [
      short(p.QueueName),
      {
        type: dead === undefined ? 'deadLetter' : 'work',
        retentionSeconds: p.MessageRetentionPeriod,
        ...(dead !== undefined && {
          visibilityTimeoutSeconds: p.VisibilityTimeout,
          maxReceiveCount: dead.maxReceiveCount,
          deadLetter: short(dead.deadLetterTargetArn),
        }),
      },
    ] as const;
  };

const pipeOf =
  (short: Short) =>
  ({ Properties: p }: Resource) => {
    const { DynamoDBStreamParameters: from, FilterCriteria: criteria } = p.SourceParameters;
    const { EventBridgeEventBusParameters: toBus, InputTemplate } = p.TargetParameters;
    const filters = (criteria?.Filters ?? []).map(({ Pattern }: { readonly Pattern: string }) => JSON.parse(Pattern));
    return [
      short(p.Name),
      {
        source: {
          table: short(p.Source),
          startingPosition: from.StartingPosition,
          batchSize: from.BatchSize,
          maximumBatchingWindowSeconds: from.MaximumBatchingWindowInSeconds,
          maximumRetryAttempts: from.MaximumRetryAttempts,
          maximumRecordAgeSeconds: from.MaximumRecordAgeInSeconds,
          onPartialBatchItemFailure: from.OnPartialBatchItemFailure,
          parallelizationFactor: from.ParallelizationFactor,
          deadLetter: short(from.DeadLetterConfig.Arn),
        },
        filters,
        enrichment: p.Enrichment === undefined ? null : short(p.Enrichment),
        target:
          toBus === undefined
            ? { type: 'function', function: short(p.Target) }
            : {
                type: 'bus',
                bus: short(p.Target),
                source: toBus.Source,
                detailType: toBus.DetailType,
                inputTemplate: InputTemplate,
              },
      },
    ] as const;
  };

const queueSourceOf =
  (short: Short) =>
  ({ Properties: p }: Resource) => {
    const queue = short(p.EventSourceArn);
    return [
      queue,
      {
        queue,
        function: short(p.FunctionName),
        batchSize: p.BatchSize,
        maximumBatchingWindowSeconds: p.MaximumBatchingWindowInSeconds ?? 0,
        maximumConcurrency: p.ScalingConfig.MaximumConcurrency,
      },
    ] as const;
  };

const scheduleOf =
  (short: Short) =>
  ({ Properties: p }: Resource) => {
    const everyMinutes = Number(/^rate\((\d+) minutes?\)$/.exec(p.ScheduleExpression)?.[1]);
    return [short(p.Name), { everyMinutes, function: short(p.Target.Arn) }] as const;
  };

const isRate = ({ Properties: p }: Resource): boolean => p.ScheduleExpression.startsWith('rate(');

const isJob = (resource: Resource): boolean =>
  !isRate(resource) && 'request' in JSON.parse(resource.Properties.Target.Input);

const timeOf = ({ Properties: p }: Resource): string => {
  const [, minutes = '', hours = ''] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(p.ScheduleExpression) ?? [];
  if (p.ScheduleExpressionTimezone !== 'UTC') throw new Error('it is no time of the night');
  return `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
};

const forgettingAtOf = (short: Short) => (resource: Resource) =>
  [short(resource.Properties.Target.Arn), timeOf(resource)] as const;

const nightlyOf = (short: Short) => (resource: Resource) => {
  const { Properties: p } = resource;
  const { request, mayWait } = JSON.parse(p.Target.Input);
  if (mayWait !== true) throw new Error('it is no job of the night');
  const walk = short(p.Target.Arn);
  return [short(p.Name), { walk, atUtc: timeOf(resource), request }] as const;
};

type Key = { readonly AttributeName: string; readonly KeyType: string };
type Attribute = { readonly AttributeName: string; readonly AttributeType: string };
type Index = {
  readonly IndexName: string;
  readonly KeySchema: readonly Key[];
  readonly Projection: { readonly ProjectionType: string };
};

const tableOf =
  (short: Short) =>
  ({ Properties: p }: Resource) => {
    const keyOf = (schema: readonly Key[], type: string) => {
      const name = schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
      if (name === undefined) return null;
      const attributes: readonly Attribute[] = p.AttributeDefinitions;
      return { name, type: attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType };
    };
    const keysOf = (schema: readonly Key[]) => ({
      partitionKey: keyOf(schema, 'HASH'),
      sortKey: keyOf(schema, 'RANGE'),
    });
    const indexes = (p.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }: Index) => ({
      name: IndexName,
      ...keysOf(KeySchema),
      projection: Projection.ProjectionType,
    }));
    return [
      short(p.TableName),
      {
        ...keysOf(p.KeySchema),
        stream: p.StreamSpecification?.StreamViewType ?? null,
        indexes,
        pointInTimeRecovery: p.Replicas[0].PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
        ...(p.TimeToLiveSpecification !== undefined && { timeToLive: p.TimeToLiveSpecification.AttributeName }),
      },
    ] as const;
  };

const nameOfVariable = new Map<string, string>(Object.entries(variables).map(([name, variable]) => [variable, name]));

const functionOf =
  (short: Short) =>
  ({ Properties: p }: Resource) =>
    [
      p.FunctionName === undefined ? 'of the construct library' : short(p.FunctionName),
      {
        timeoutSeconds: p.Timeout,
        memoryMb: p.MemorySize,
        variables: Object.keys(p.Environment?.Variables ?? {}).map(
          (variable) => nameOfVariable.get(variable) ?? variable,
        ),
      },
    ] as const;

const ruleOf =
  (names: Names, short: Short) =>
  ({ Properties: p }: Resource) => ({
    name: short(p.Name),
    bus: short(p.EventBusName),
    pattern: withNames(p.EventPattern, names),
    targets: p.Targets.map(({ Arn }: { readonly Arn: unknown }) => short(Arn)),
  });
