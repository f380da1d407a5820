import { CfnOutput, Duration, Fn } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { physicalName, topology, type WorkQueueName } from '#adapters/topology.ts';
import { acknowledge } from '../acknowledge.ts';
import { middlewareLog } from './expressHost.ts';
import { liveCheck, middlewareEnvironment, middlewareImage } from './image.ts';
import type { Hosted, Hosting } from './middlewareHost.ts';
import { middlewareGroups, middlewareNetwork, publicBalancer } from './network.ts';
import { executionRole, taskRole } from './roles.ts';

/** Fargate behind a load balancer of our own. Throws without certificate and domain: what is sent to it are keys and clear passes. */
export const fargateHost = (scope: Construct, hosting: Hosting): Hosted => {
  const { prefix, certificateArn, domainName, size } = hosting;
  if (certificateArn === undefined || domainName === undefined)
    throw new Error(
      'The middleware on fargate: expected certificateArn and domainName, since it is reached over the internet',
    );
  const url = `https://${domainName}`;
  const vpc = middlewareNetwork(scope, prefix);
  const groups = middlewareGroups(scope, vpc);
  const service = middlewareService(scope, { ...hosting, vpc, group: groups.tasks, url });
  const balancer = publicBalancer(scope, prefix, vpc, groups.balancer);
  const listener = balancer.addListener('Tls', {
    port: 443,
    open: false,
    certificates: [Certificate.fromCertificateArn(scope, 'Certificate', certificateArn)],
    sslPolicy: elb.SslPolicy.TLS13_RES,
  });
  const targets = listener.addTargets('Tasks', {
    port: topology.middleware.port,
    protocol: elb.ApplicationProtocol.HTTP,
    targets: [service],
    deregistrationDelay: Duration.seconds(30),
    healthCheck: {
      path: topology.middleware.healthPath,
      interval: Duration.seconds(15),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
  scaling(service, prefix, size);
  new CfnOutput(scope, 'PointDomainAt', { value: balancer.loadBalancerDnsName, description: `CNAME of ${domainName}` });
  return {
    url,
    balancer: {
      loadBalancer: balancer.loadBalancerFullName,
      targetGroup: Fn.select(5, Fn.split(':', targets.targetGroupArn)),
    },
  };
};

type ServiceProps = Hosting & { readonly vpc: ec2.IVpc; readonly group: ec2.ISecurityGroup; readonly url: string };

const middlewareService = (scope: Construct, props: ServiceProps): ecs.FargateService => {
  const { prefix, size, vpc, group, url, destinations, renamed } = props;
  const name = physicalName(prefix, 'middleware');
  const image = middlewareImage(scope, destinations);
  const log = middlewareLog(scope, prefix);
  const definition = new ecs.FargateTaskDefinition(scope, 'Task', {
    family: name,
    cpu: size.cpu,
    memoryLimitMiB: size.memoryMb,
    taskRole: taskRole(scope, new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), props),
    executionRole: executionRole(scope, image, log),
  });
  const container = definition.addContainer('middleware', {
    image: ecs.ContainerImage.fromDockerImageAsset(image),
    portMappings: [{ containerPort: topology.middleware.port }],
    logging: ecs.LogDrivers.awsLogs({ logGroup: log, streamPrefix: 'middleware' }),
    user: 'node',
    readonlyRootFilesystem: true,
    privileged: false,
    healthCheck: {
      command: [...liveCheck],
      interval: Duration.seconds(15),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(30),
    },
    // What is in flight is finished: twice what draining takes.
    stopTimeout: Duration.seconds(60),
  });
  for (const [key, value] of Object.entries(
    middlewareEnvironment(scope, { prefix, publicUrl: url, destinations, renamed }),
  ))
    container.addEnvironment(key, value);
  acknowledge(definition, {
    'AwsSolutions-ECS2':
      'The prefix, the port, the region and the public address: none is secret, and the key is read from Secrets Manager by the process',
  });
  return new ecs.FargateService(scope, 'Service', {
    serviceName: name,
    cluster: new ecs.Cluster(scope, 'Cluster', {
      clusterName: name,
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    }),
    taskDefinition: definition,
    // No desired count: each deployment would set it again, whatever the service has grown to (CDK issue 3919, read 2026-11-22). Scaling brings it to the fewest.
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    healthCheckGracePeriod: Duration.seconds(60),
    securityGroups: [group],
    assignPublicIp: false,
    enableExecuteCommand: false,
  });
};

/** Outwards where wallet events wait or the CPU is busy; inwards by the CPU alone, so that the two do not pull at each other. */
const scaling = (service: ecs.FargateService, prefix: string, size: Hosting['size']): void => {
  const tasks = service.autoScaleTaskCount({ minCapacity: size.minTasks, maxCapacity: size.maxTasks });
  tasks.scaleOnCpuUtilization('Cpu', {
    targetUtilizationPercent: 60,
    scaleOutCooldown: Duration.minutes(1),
    scaleInCooldown: Duration.minutes(10),
  });
  for (const { queue, seconds } of WAITING)
    tasks.scaleOnMetric(`Age-${queue}`, {
      metric: ageOf(prefix, queue),
      scalingSteps: [
        { upper: seconds, change: 0 },
        { lower: seconds, upper: seconds * 5, change: +1 },
        { lower: seconds * 5, change: +2 },
      ],
      cooldown: Duration.minutes(3),
      evaluationPeriods: 2,
    });
};

/** How old a wallet event may get before another task is worth its money. The bulk lane is slow on purpose. */
const WAITING: readonly { readonly queue: WorkQueueName; readonly seconds: number }[] = [
  { queue: 'relayLive', seconds: 60 },
  { queue: 'relayBulk', seconds: 3_600 },
];

const ageOf = (prefix: string, queue: WorkQueueName): cloudwatch.Metric =>
  new cloudwatch.Metric({
    namespace: 'AWS/SQS',
    metricName: 'ApproximateAgeOfOldestMessage',
    dimensionsMap: { QueueName: physicalName(prefix, queue) },
    statistic: 'Maximum',
    period: Duration.minutes(1),
  });
