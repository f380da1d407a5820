import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from '../acknowledge.ts';
import { middlewareEnvironment, middlewareImage } from './image.ts';
import type { Hosted, Hosting } from './middlewareHost.ts';
import { executionRole, taskRole } from './roles.ts';

/** ECS Express Mode: AWS brings load balancer, certificate, network and scaling, in the default VPC. */
export const expressHost = (scope: Construct, hosting: Hosting): Hosted => {
  const { prefix, domainName, size, destinations, renamed } = hosting;
  const name = physicalName(prefix, 'middleware');
  const image = middlewareImage(scope, destinations);
  const log = middlewareLog(scope, prefix);
  // Not the CDK's own cluster: that brings a network, where Express Mode takes the default one.
  const cluster = new ecs.CfnCluster(scope, 'Cluster', {
    clusterName: name,
    clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
    // As the default cluster has that Express Mode makes where none is named (ECS guide, "Resources created by Express Mode services", read November 2026).
    capacityProviders: ['FARGATE'],
  });
  const publicUrl = domainName === undefined ? null : `https://${domainName}`;
  const execution = executionRole(scope, image, log);
  const task = taskRole(scope, new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), hosting);
  const service = new ecs.CfnExpressGatewayService(scope, 'Service', {
    serviceName: name,
    cluster: cluster.ref,
    cpu: String(size.cpu),
    memory: String(size.memoryMb),
    executionRoleArn: execution.roleArn,
    infrastructureRoleArn: infrastructureRole(scope).roleArn,
    taskRoleArn: task.roleArn,
    healthCheckPath: topology.middleware.healthPath,
    primaryContainer: {
      image: image.imageUri,
      containerPort: topology.middleware.port,
      environment: Object.entries(middlewareEnvironment(scope, { prefix, publicUrl, destinations, renamed })).map(
        ([name, value]) => ({
          name,
          value,
        }),
      ),
      awsLogsConfiguration: { logGroup: log.logGroupName, logStreamPrefix: 'middleware' },
    },
    // One metric is all it takes; what the middleware waits for is others, so its own work is the CPU.
    scalingTarget: {
      minTaskCount: size.minTasks,
      maxTaskCount: size.maxTasks,
      autoScalingMetric: 'AVERAGE_CPU',
      autoScalingTargetValue: 60,
    },
  });
  // The roles' policies too: a task that starts before them fails.
  service.node.addDependency(execution, task);
  return { url: publicUrl ?? `https://${hostOf(service.attrEndpoint)}` };
};

export const middlewareLog = (scope: Construct, prefix: string): logs.LogGroup =>
  new logs.LogGroup(scope, 'Log', {
    logGroupName: `/${prefix}/middleware`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });

const infrastructureRole = (scope: Construct): iam.Role => {
  const role = new iam.Role(scope, 'InfrastructureRole', {
    description: 'ECS Express Mode: makes and keeps the load balancer, certificate and scaling of the middleware',
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
    managedPolicies: [
      iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonECSInfrastructureRoleforExpressGatewayServices'),
    ],
  });
  acknowledge(role, {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices]':
      'Express Mode makes resources that only AWS names; the policy that AWS keeps for it grows with it',
  });
  return role;
};

/** Whether an endpoint comes with https:// and a slash or without is not documented (CloudFormation reference, read 2026-11-22): either is taken. */
const hostOf = (endpoint: string): string => without('/', without('https://', endpoint));
const without = (part: string, text: string): string => Fn.join('', Fn.split(part, text));
