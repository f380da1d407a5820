import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { physicalName } from '#adapters/topology.ts';
import type { Alarm, Watched } from './alarm.ts';
import { alarmsOf, descriptionOf } from './alarms.ts';
import { rowsOf } from './dashboard.ts';
import { type Formula, isFormula, type Metric } from './metric.ts';
import type { Row } from './row.ts';

export type ObserveProps = Omit<Watched, 'jobsArn'> & { readonly alarmEmail: string };

/** The dashboard, the alarms, and the topic that mails them. Speaks of everything by its physical name: needs no other construct. */
export class Observe extends Construct {
  readonly topic: sns.Topic;
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, { alarmEmail, ...props }: ObserveProps) {
    super(scope, id);
    const watched: Watched = { ...props, jobsArn: jobsArnIn(this, props.prefix) };
    this.topic = alarmTopic(this, props.prefix);
    this.topic.addSubscription(new EmailSubscription(alarmEmail));
    const mail = new SnsAction(this.topic);
    this.alarms = alarmsOf(watched).map((alarm) => {
      const made = alarmIn(this, props.prefix, alarm);
      made.addAlarmAction(mail);
      made.addOkAction(mail);
      return made;
    });
    dashboardIn(this, props.prefix, rowsOf(watched));
  }
}

const jobsArnIn = (scope: Construct, prefix: string): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: physicalName(prefix, 'jobs'),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** CloudWatch cannot publish under the key that AWS manages for SNS: whose policy nobody can change. So the topic has one of its own. */
const alarmTopic = (scope: Construct, prefix: string): sns.Topic => {
  const key = new kms.Key(scope, 'TopicKey', {
    description: `${prefix}: alarms on their way`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'CloudWatchAlarms',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  const topic = new sns.Topic(scope, 'Topic', {
    topicName: physicalName(prefix, 'alarms'),
    displayName: `${prefix} alarms`,
    masterKey: key,
    enforceSSL: true,
  });
  letAlarmsPublish(topic);
  return topic;
};

/** A policy of ours, if only for TLS, takes the place of the one by which the account may publish (SNS guide, "Example cases for access control", read November 2026). */
const letAlarmsPublish = (topic: sns.Topic): void => {
  const stack = Stack.of(topic);
  const alarms = stack.formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'CloudWatchAlarms',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        ArnLike: { 'aws:SourceArn': alarms },
        StringEquals: { 'aws:SourceAccount': stack.account },
      },
    }),
  );
};

const alarmIn = (scope: Construct, prefix: string, alarm: Alarm): cloudwatch.Alarm =>
  new cloudwatch.Alarm(scope, `Alarm-${alarm.name}`, {
    alarmName: physicalName(prefix, alarm.name),
    alarmDescription: descriptionOf(alarm),
    metric: metricOf(alarm.measure, Duration.minutes(alarm.periodMinutes)),
    comparisonOperator: COMPARISONS[alarm.isBad],
    threshold: alarm.threshold,
    datapointsToAlarm: alarm.bad,
    evaluationPeriods: alarm.of,
    treatMissingData: MISSING[alarm.whenMissing],
  });

const COMPARISONS = {
  '>=': cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  '<=': cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
  '<': cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

const MISSING = {
  notBreaching: cloudwatch.TreatMissingData.NOT_BREACHING,
  breaching: cloudwatch.TreatMissingData.BREACHING,
  ignore: cloudwatch.TreatMissingData.IGNORE,
} as const;

const metricOf = (measure: Metric | Formula, period: Duration, label?: string): cloudwatch.IMetric => {
  if (isFormula(measure))
    return new cloudwatch.MathExpression({
      expression: measure.expression,
      usingMetrics: Object.fromEntries(
        Object.entries(measure.of).map(([name, metric]) => [name, metricOf(metric, period)]),
      ),
      period,
      ...(label === undefined ? {} : { label }),
    });
  const { namespace, name, dimensions, statistic } = measure;
  return new cloudwatch.Metric({
    namespace,
    metricName: name,
    dimensionsMap: { ...dimensions },
    statistic,
    period,
    ...(label === undefined ? {} : { label }),
  });
};

/** Of the 24 columns of a dashboard. */
const COLUMNS = 24;

const dashboardIn = (scope: Construct, prefix: string, rows: readonly Row[]): cloudwatch.Dashboard =>
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName: prefix,
    defaultInterval: Duration.hours(12),
    widgets: rows.flatMap(({ title, says, graphs }) => [
      [new cloudwatch.TextWidget({ markdown: `## ${title}\n${says}`, width: COLUMNS, height: 2 })],
      graphs.map(
        (graph) =>
          new cloudwatch.GraphWidget({
            title: graph.title,
            width: Math.floor(COLUMNS / graphs.length),
            height: 6,
            left: Object.entries(graph.lines).map(([label, line]) => metricOf(line, Duration.minutes(5), label)),
            leftYAxis: { min: 0, showUnits: false },
          }),
      ),
    ]),
  });
