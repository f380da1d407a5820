import { CfnFlow } from 'aws-cdk-lib/aws-appflow';
import { Construct } from 'constructs';
import type { FlowDescription } from './settings/describeMapping.ts';

export type FlowsProps = {
  readonly flows: readonly FlowDescription[];
  readonly connectorProfile: string;
  /** First day that scheduled flows read; null: 30 days before their first run. */
  readonly incrementalFrom: string | null;
  readonly landingBucketName: string;
  /** The partner source that event flows write to. */
  readonly eventSource: string;
};

/**
 * What AppFlow reads of Salesforce: per object all records when asked, what changed every so often, and changes as they happen. Everything of a record
 * is read; which fields mean something is the mapping's to say, and may change without the flows.
 */
export class Flows extends Construct {
  readonly byName: ReadonlyMap<string, CfnFlow>;

  constructor(scope: Construct, id: string, props: FlowsProps) {
    super(scope, id);
    this.byName = new Map(props.flows.map((flow) => [flow.name, flowOf(this, flow, props)]));
  }
}

const flowOf = (scope: Construct, flow: FlowDescription, props: FlowsProps): CfnFlow =>
  new CfnFlow(scope, flow.name, {
    flowName: flow.name,
    description: `${flow.object}, ${SAID[flow.trigger]}`,
    sourceFlowConfig: {
      connectorType: 'Salesforce',
      connectorProfileName: props.connectorProfile,
      sourceConnectorProperties: { salesforce: sourceOf(flow) },
      ...(flow.trigger === 'schedule' && { incrementalPullConfig: { datetimeTypeFieldName: flow.dateField } }),
    },
    destinationFlowConfigList: [flow.trigger === 'event' ? toPartnerBus(props) : toBucket(props)],
    triggerConfig: triggerOf(flow, props),
    tasks: [EVERYTHING],
    ...STATUS[flow.trigger],
  });

/** Of letters, digits and !@#-.?,_ alone (AppFlow API reference, FlowDefinition, read November 2026). */
const SAID = {
  onDemand: 'all records, when asked for',
  schedule: 'what changed',
  event: 'changes as they happen',
} as const;

/** An event flow cannot be active before its partner source is joined to a bus: it is activated afterwards (sources.ts). */
const STATUS = { onDemand: {}, schedule: { flowStatus: 'Active' }, event: {} } as const;

const sourceOf = (flow: FlowDescription): CfnFlow.SalesforceSourcePropertiesProperty =>
  flow.trigger === 'event'
    ? { object: flow.event }
    : {
        object: flow.object,
        // A deletion is a row too.
        includeDeletedRecords: true,
        enableDynamicFieldUpdate: true,
        // Left to itself AppFlow decides anew at each run, and the two render dates and nothing differently.
        ...(flow.api !== undefined && { dataTransferApi: flow.api }),
      };

const triggerOf = (flow: FlowDescription, { incrementalFrom }: FlowsProps): CfnFlow.TriggerConfigProperty => {
  switch (flow.trigger) {
    case 'onDemand':
      return { triggerType: 'OnDemand' };
    case 'event':
      return { triggerType: 'Event' };
    case 'schedule':
      return {
        triggerType: 'Scheduled',
        triggerProperties: {
          dataPullMode: 'Incremental',
          scheduleExpression: rateOf(flow.everyMinutes),
          scheduleOffset: flow.offsetSeconds,
          // Epoch seconds of the day that was asked for, never of now: two syntheses of the same settings are the same.
          ...(incrementalFrom !== null && { firstExecutionFrom: Date.parse(`${incrementalFrom}T00:00:00Z`) / 1_000 }),
        },
      };
  }
};

/** AppFlow writes rates without a space: rate(15minutes). */
export const rateOf = (minutes: number): string => {
  if (minutes % 1_440 === 0) return `rate(${minutes / 1_440}days)`;
  return minutes % 60 === 0 ? `rate(${minutes / 60}hours)` : `rate(${minutes}minutes)`;
};

/** flows/<flow name>/<execution id>/<file>, a JSON object a line, a file for each page that Salesforce gave. */
const toBucket = ({ landingBucketName }: FlowsProps): CfnFlow.DestinationFlowConfigProperty => ({
  connectorType: 'S3',
  destinationConnectorProperties: {
    s3: {
      bucketName: landingBucketName,
      bucketPrefix: 'flows',
      s3OutputFormatConfig: {
        fileType: 'JSON',
        aggregationConfig: { aggregationType: 'None' },
        prefixConfig: { pathPrefixHierarchy: ['EXECUTION_ID'] },
      },
    },
  },
});

/** What is too large for an event is put beside the flows' files. */
const toPartnerBus = ({ eventSource, landingBucketName }: FlowsProps): CfnFlow.DestinationFlowConfigProperty => ({
  connectorType: 'EventBridge',
  destinationConnectorProperties: {
    eventBridge: {
      object: eventSource,
      errorHandlingConfig: { bucketName: landingBucketName, bucketPrefix: 'overflow', failOnFirstError: false },
    },
  },
});

/** In this form AWS's own constructs deploy it, an empty list and all (cdklabs/cdk-appflow, test/integ, read 2026-11-22); prefixConfig above too. */
const EVERYTHING: CfnFlow.TaskProperty = {
  taskType: 'Map_all',
  sourceFields: [],
  connectorOperator: { salesforce: 'NO_OP' },
  taskProperties: [{ key: 'EXCLUDE_SOURCE_FIELDS_LIST', value: '[]' }],
};
