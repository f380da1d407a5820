import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { rateOf } from '#infra/flows.ts';
import type { DescribedMapping } from '#infra/settings/describeMapping.ts';
import { described } from './described.ts';
import { namesIn, withNames } from './names.ts';
import { installed, type Resource, resourcesOf, type StackTemplate, synthesised } from './synthesised.ts';

const stacks = synthesised();
const names = namesIn(stacks);
const flowsOf = (stack: StackTemplate): ReadonlyMap<string, Resource> =>
  new Map(resourcesOf(stack, 'AWS::AppFlow::Flow').map((flow) => [flow.Properties.FlowName, flow]));
const flows = flowsOf(stacks.flow);
const LANDING = 'billfold-landing-111122223333-eu-central-1';

test('every flow of the mapping is there and no other, through the connection that was made by hand', () => {
  expect([...flows.keys()]).toEqual(described.flows.map(({ name }) => name));
  for (const { Properties } of flows.values())
    expect(Properties.SourceFlowConfig.ConnectorProfileName).toBe('salesforce');
});

test('every flow takes over all fields: one without a task would be refused', () => {
  for (const { Properties } of flows.values())
    expect(Properties.Tasks).toEqual([
      {
        TaskType: 'Map_all',
        SourceFields: [],
        ConnectorOperator: { Salesforce: 'NO_OP' },
        TaskProperties: [{ Key: 'EXCLUDE_SOURCE_FIELDS_LIST', Value: '[]' }],
      },
    ]);
});

test('names and descriptions are of characters that AppFlow knows: it refuses a flow for a colon', () => {
  for (const { Properties } of flows.values()) {
    expect(Properties.FlowName).toMatch(/^[a-zA-Z0-9][\w!@#.-]{1,255}$/);
    expect(Properties.Description).toMatch(/^[\w!@#\-.?,\s]{1,2048}$/);
  }
});

describe('a flow of files', () => {
  const ofFiles = described.flows
    .filter(({ trigger }) => trigger !== 'event')
    .map(({ name }) => flows.get(name)?.Properties);

  test('puts them where they are looked for: flows/<flow>/<execution>/, a JSON object a line', () => {
    for (const properties of ofFiles) {
      const [{ DestinationConnectorProperties: to }] = properties.DestinationFlowConfigList;
      expect(names(to.S3.BucketName)).toBe(LANDING);
      expect(to.S3.BucketPrefix).toBe('flows');
      expect(to.S3.S3OutputFormatConfig).toEqual({
        FileType: 'JSON',
        AggregationConfig: { AggregationType: 'None' },
        PrefixConfig: { PathPrefixHierarchy: ['EXECUTION_ID'] },
      });
    }
  });

  test('tells of deletions, and is read by one API always: the two of Salesforce render dates differently', () => {
    for (const properties of ofFiles) {
      const { Salesforce: from } = properties.SourceFlowConfig.SourceConnectorProperties;
      expect(from.IncludeDeletedRecords).toBe(true);
      expect(['REST_SYNC', 'BULKV2']).toContain(from.DataTransferApi);
    }
  });
});

describe('a scheduled flow', () => {
  test('reads what changed, from a moment back, and runs from the start', () => {
    const properties = flows.get('billfold-Contact-changes')?.Properties;
    expect(properties.FlowStatus).toBe('Active');
    expect(properties.SourceFlowConfig.IncrementalPullConfig).toEqual({ DatetimeTypeFieldName: 'SystemModstamp' });
    expect(properties.TriggerConfig).toEqual({
      TriggerType: 'Scheduled',
      TriggerProperties: { DataPullMode: 'Incremental', ScheduleExpression: 'rate(15minutes)', ScheduleOffset: 60 },
    });
  });

  test('goes back to the day that was asked for', () => {
    const { flow } = synthesised({ incrementalFrom: '2026-01-31' });
    const { TriggerConfig } = flowsOf(flow).get('billfold-Contact-changes')?.Properties ?? {};
    expect(TriggerConfig.TriggerProperties.FirstExecutionFrom).toBe(1_769_817_600);
  });

  test.each([
    [1, 'rate(1minutes)'],
    [90, 'rate(90minutes)'],
    [120, 'rate(2hours)'],
    [1_440, 'rate(1days)'],
  ])('each %i minutes is written %s', (minutes, rate) => {
    expect(rateOf(minutes)).toBe(rate);
  });
});

test('a flow that reads everything waits to be asked', () => {
  const properties = flows.get('billfold-Contact-full')?.Properties;
  expect(properties.TriggerConfig).toEqual({ TriggerType: 'OnDemand' });
  expect(properties.FlowStatus).toBeUndefined();
});

describe('an event flow', () => {
  const flow = flows.get('billfold-Contact-events')?.Properties;
  const SOURCE = 'aws.partner/appflow/salesforce.com/111122223333/billfold';

  test('writes to the partner source of this installation, and what is too large beside the files, where no rule looks', () => {
    const [{ DestinationConnectorProperties: to }] = flow.DestinationFlowConfigList;
    expect(withNames(to.EventBridge, names)).toEqual({
      Object: SOURCE,
      ErrorHandlingConfig: { BucketName: LANDING, BucketPrefix: 'overflow', FailOnFirstError: false },
    });
  });

  test('is not active before its source is joined to a bus: flow, then source, then bus, then activation', () => {
    expect(flow.FlowStatus).toBeUndefined();
    const of = (wanted: (resource: Resource) => boolean) =>
      Object.entries(stacks.flow.Resources).find(([, resource]) => wanted(resource)) ?? ['', null];
    const [flowId] = of(({ Properties }) => Properties?.FlowName === 'billfold-Contact-events');
    const [sourceId, source] = of(({ Properties }) => Properties?.action === 'awaitSource');
    const [busId, bus] = of(({ Properties }) => Properties?.EventSourceName !== undefined);
    const [, activation] = of(({ Properties }) => Properties?.action === 'activateFlow');
    expect(source?.DependsOn).toContain(flowId);
    expect(bus?.DependsOn).toContain(sourceId);
    expect(activation?.DependsOn).toContain(busId);
    expect(names(source?.Properties.source)).toBe(SOURCE);
    expect(activation?.Properties).toMatchObject({
      flow: 'billfold-Contact-events',
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test('is activated again when it is made of something else', () => {
    const revision = (context: Readonly<Record<string, unknown>>): string =>
      resourcesOf(synthesised(context).flow, 'Custom::BillfoldActivation').find(
        ({ Properties }) => Properties.action === 'activateFlow',
      )?.Properties.revision;
    expect(revision({ connectorProfile: 'another' })).not.toBe(revision({}));
    expect(revision({ incrementalFrom: '2026-01-31' })).toBe(revision({}));
  });

  test('that does not exist needs no bus and no steps', () => {
    const { flow: without } = synthesised(
      {},
      { ...described, flows: described.flows.filter(({ trigger }) => trigger !== 'event') },
    );
    expect(resourcesOf(without, 'Custom::BillfoldActivation')).toEqual([]);
    expect(resourcesOf(without, 'AWS::Events::EventBus').map(({ Properties }) => Properties.Name)).toEqual([
      'billfold-source',
      'billfold-domain',
      'billfold-wallet',
    ]);
  });
});

describe('several event flows', () => {
  const withEvents = (count: number): DescribedMapping => {
    const objects = Array.from({ length: count }, (_, index) => `Object${index}__c`);
    return {
      mapping: { objects: Object.fromEntries(objects.map((object) => [object, { fields: {} }])) },
      flows: objects.map((object) => ({ name: `billfold-${object}-events`, object, trigger: 'event', event: object })),
    };
  };
  test('are made one after the other: each of them may make the partner source that they share', () => {
    const { flow } = synthesised({}, withEvents(4));
    const made = Object.entries(flow.Resources).filter(([, { Type }]) => Type === 'AWS::AppFlow::Flow');
    for (const [index, [, { DependsOn = [] }]] of made.entries())
      expect(DependsOn).toEqual(index === 0 ? [] : [made[index - 1]?.[0]]);
  });

  const warningsOf = (count: number) =>
    Annotations.fromStack(installed({}, withEvents(count)).flow).findWarning('*', Match.stringLikeRegexp('add-on'));

  test('more than Salesforce captures objects of without its add-on, are deployed with a warning that says which, and what to do', () => {
    expect(warningsOf(5)).toEqual([]);
    expect(warningsOf(6).map(({ entry }) => entry.data)).toEqual([
      expect.stringMatching(/^6 objects .*Object0__c, .*"events" off under "feeds"/),
    ]);
  });
});
