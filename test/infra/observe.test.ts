import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { topology } from '#adapters/topology.ts';
import { rowsOf } from '#infra/watch/dashboard.ts';
import { Observe } from '#infra/watch/observe.ts';
import { findingsIn, templateOf } from './support/clean.ts';

const props = {
  prefix: 'acme',
  feeds: ['acme-Order', 'aws.partner/appflow/salesforce.com/111122223333/acme'],
  alarmEmail: 'on-call@example.test',
  middlewareHost: 'fargate',
} as const;
const build = (stack: Stack): void => {
  new Observe(stack, 'Observe', props);
};
const template = templateOf(build);

describe('observing', () => {
  it('is clean', () => {
    expect(findingsIn(build)).toEqual([]);
  }, 60_000);

  it('alarms go to a topic, encrypted under a key that CloudWatch may use, and are mailed; so is their end', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'on-call@example.test' });
    template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'acme-alarms', KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          }),
        ]),
      },
    });
    for (const alarm of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(alarm.Properties.AlarmActions).toHaveLength(1);
      expect(alarm.Properties.OKActions).toHaveLength(1);
    }
  });

  it('the topic takes what alarms of this account say: a policy of its own is all the policy it has', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
          }),
        ]),
      },
    });
  });

  it('nobody publishes without TLS', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('needs nothing that another construct makes: all it refers to is its own', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toMatch(/Fn::ImportValue/);
    expect(Object.values(template.toJSON().Resources).map((resource) => (resource as { Type: string }).Type)).toEqual(
      expect.not.arrayContaining(['AWS::SQS::Queue', 'AWS::DynamoDB::GlobalTable', 'AWS::Lambda::Function']),
    );
  });

  it('the dashboard follows the flow, and each row says what one sees', () => {
    const rows = rowsOf({ ...props, jobsArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:acme-jobs' });
    expect(rows.map(({ title }) => title)).toEqual([
      'Sources',
      'Change events in',
      'Files and their parts',
      'Records and events',
      'Pipes',
      'Folding',
      'Passes',
      'The buses',
      'Relay to the middleware',
      'Middleware',
      'Given up',
      'Jobs over all members',
      'What costs',
    ]);
    for (const { says, graphs } of rows) {
      expect(says.length).toBeGreaterThan(40);
      expect(graphs.length).toBeLessThanOrEqual(4);
      for (const { title, lines } of graphs) expect(Object.keys(lines).length, title).toBeGreaterThan(0);
    }
  });

  it('whatever the topology holds is on the dashboard', () => {
    const body = JSON.stringify(Object.values(template.findResources('AWS::CloudWatch::Dashboard')));
    const { queues, pipes, functions, tables } = topology;
    for (const name of [queues, pipes, functions, tables].flatMap(Object.keys))
      expect(body, name).toContain(`acme-${name}`);
  });

  // The widgets as CloudWatch gets them: a change here is a change of what people look at.
  it('is what it was', () => {
    expect(template.findResources('AWS::CloudWatch::Alarm')).toMatchSnapshot();
    expect(template.findResources('AWS::CloudWatch::Dashboard')).toMatchSnapshot();
  });
});
