/** An operation by the names of the API: those that are required first; what is answered, as far as somebody picks it out. */
export type LookedUp = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly answers: readonly string[];
  /** Those that take several values, with the structure of one, or its kind. */
  readonly lists?: Readonly<Record<string, unknown>>;
};

const listOf = (inside: unknown) => [1, '', '', 0, inside] as const;
const dimension = [3, '', 'Dimension', 0, ['Name', 'Value'], [0, 0], 2] as const;

/** Of services whose client is no dependency of billfold: looked up in the models of AWS CLI 1.45.11 (botocore 1.43.11), 2026-11-22. By what is typed after `aws`. */
export const byHand: Readonly<Record<string, LookedUp>> = {
  'cloudwatch describe-alarms': {
    required: [],
    optional: ['AlarmNames', 'AlarmNamePrefix', 'StateValue', 'MaxRecords'],
    answers: ['MetricAlarms', 'AlarmName', 'StateValue', 'StateReason', 'StateUpdatedTimestamp'],
    lists: { AlarmNames: listOf(0) },
  },
  'cloudwatch get-metric-statistics': {
    required: ['Namespace', 'MetricName', 'StartTime', 'EndTime', 'Period'],
    optional: ['Dimensions', 'Statistics', 'ExtendedStatistics', 'Unit'],
    answers: ['Label', 'Datapoints', 'Timestamp', 'Sum', 'Maximum', 'ExtendedStatistics'],
    lists: { Dimensions: listOf(dimension), Statistics: listOf(0), ExtendedStatistics: listOf(0) },
  },
  'ecs describe-services': {
    required: ['services'],
    optional: ['cluster', 'include'],
    answers: ['services', 'desiredCount', 'runningCount', 'pendingCount', 'events', 'message', 'createdAt'],
    lists: { services: listOf(0), include: listOf(0) },
  },
  'ecs update-service': {
    required: ['service'],
    optional: ['cluster', 'desiredCount', 'forceNewDeployment'],
    answers: ['service'],
  },
  'firehose describe-delivery-stream': {
    required: ['DeliveryStreamName'],
    optional: ['Limit'],
    answers: ['DeliveryStreamDescription', 'DeliveryStreamStatus', 'FailureDescription', 'Type', 'Details'],
  },
  'lambda get-account-settings': { required: [], optional: [], answers: ['AccountLimit', 'AccountUsage'] },
  'lambda get-function-concurrency': {
    required: ['FunctionName'],
    optional: [],
    answers: ['ReservedConcurrentExecutions'],
  },
  'lambda get-function-configuration': {
    required: ['FunctionName'],
    optional: ['Qualifier'],
    answers: ['State', 'LastModified', 'LastUpdateStatus', 'Timeout', 'MemorySize'],
  },
  'lambda list-event-source-mappings': {
    required: [],
    optional: ['EventSourceArn', 'FunctionName'],
    answers: ['EventSourceMappings', 'UUID', 'State', 'StateTransitionReason'],
  },
  'lambda put-function-concurrency': {
    required: ['FunctionName', 'ReservedConcurrentExecutions'],
    optional: [],
    answers: ['ReservedConcurrentExecutions'],
  },
  'logs filter-log-events': {
    required: [],
    optional: ['logGroupName', 'logStreamNames', 'startTime', 'endTime', 'filterPattern', 'limit'],
    answers: ['events', 'timestamp', 'message', 'logStreamName'],
    lists: { logStreamNames: listOf(0) },
  },
  'scheduler get-schedule': {
    required: ['Name'],
    optional: ['GroupName'],
    answers: ['Name', 'State', 'ScheduleExpression', 'Target', 'Arn', 'Input'],
  },
  'scheduler list-schedules': {
    required: [],
    optional: ['GroupName', 'NamePrefix', 'State', 'MaxResults'],
    answers: ['Schedules', 'Name', 'State', 'Target', 'Arn'],
  },
};
