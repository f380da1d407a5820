import { createHash } from 'node:crypto';
import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type { CfnFlow } from 'aws-cdk-lib/aws-appflow';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { type FunctionName, physicalName } from '#adapters/topology.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { logsOf } from './functions.ts';
import { allow } from './permissions.ts';

export type ActivationProps = {
  readonly prefix: string;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  readonly activated: NodejsFunction;
  readonly logKey: IKey;
  readonly eventFlows: readonly string[];
  readonly eventSource: string;
};

/** Steps that CloudFormation waits for and cannot take by itself (adapters/lambda/activation.ts). */
export class Activation extends Construct {
  readonly #provider: Provider;
  readonly #eventSource: string;

  constructor(
    scope: Construct,
    id: string,
    { prefix, functions, activated, logKey, eventFlows, eventSource }: ActivationProps,
  ) {
    super(scope, id);
    this.#eventSource = eventSource;
    const stack = Stack.of(this);
    const flowArns = eventFlows.map((name) =>
      stack.formatArn({ service: 'appflow', resource: 'flow', resourceName: name }),
    );
    // Steps are only looked at and taken by the second handler: the first names them.
    allow(activated, ['appflow:DescribeFlow', 'appflow:StartFlow', 'appflow:StopFlow'], flowArns);
    allow(
      activated,
      ['events:DescribeEventSource'],
      [stack.formatArn({ service: 'events', account: '', resource: 'event-source', resourceName: eventSource })],
    );
    this.#provider = new Provider(this, 'Provider', {
      onEventHandler: functions.activate,
      isCompleteHandler: activated,
      queryInterval: Duration.seconds(15),
      totalTimeout: Duration.minutes(30),
      providerFunctionName: physicalName(prefix, 'activation-steps'),
      logGroup: logsOf(this, 'ProviderLogs', `/aws/lambda/${physicalName(prefix, 'activation-steps')}`, logKey),
    });
    acknowledge(this.#provider, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
        'A function of the construct library, which writes its logs and invokes ours.',
      'AwsSolutions-L1': 'The construct library chooses the runtime of its functions.',
      'AwsSolutions-SF1': 'It only waits; the functions that it calls log what they find.',
      'AwsSolutions-SF2': 'It waits a minute or two, when a stack is made.',
    });
    const ofTheLibrary = this.#provider.node.findAll().filter((part) => part instanceof LambdaFunction);
    const invoked = [functions.activate, activated, ...ofTheLibrary].map(({ functionArn }) => `${functionArn}:*`);
    acknowledgeWildcards(
      this.#provider,
      invoked,
      'Functions of the construct library invoke any version of ours, and each other.',
    );
  }

  /** Until the partner source is there, which the flows make some time after they exist. */
  awaitSource(flows: readonly CfnFlow[]): CustomResource {
    const step = this.#step('Source', { action: 'awaitSource', source: this.#eventSource });
    step.node.addDependency(...flows);
    return step;
  }

  /** Its revision changes with what the flow is made of: a changed flow is looked at again. */
  activate(name: string, flow: CfnFlow | undefined): CustomResource {
    const made = JSON.stringify(
      Stack.of(this).resolve([flow?.sourceFlowConfig, flow?.destinationFlowConfigList, flow?.tasks]),
    );
    const revision = createHash('sha256').update(made).digest('hex').slice(0, 16);
    return this.#step(name, { action: 'activateFlow', flow: name, revision });
  }

  #step(id: string, properties: Readonly<Record<string, string>>): CustomResource {
    return new CustomResource(this, id, {
      serviceToken: this.#provider.serviceToken,
      resourceType: 'Custom::BillfoldActivation',
      properties: { ...properties },
    });
  }
}
