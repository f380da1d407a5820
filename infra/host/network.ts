import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from '../acknowledge.ts';

/** Two zones; tasks without public addresses; DynamoDB and image layers by endpoints that cost nothing, the vendors through one NAT gateway. */
export const middlewareNetwork = (scope: Construct, prefix: string): ec2.Vpc => {
  const vpc = new ec2.Vpc(scope, 'Vpc', {
    vpcName: physicalName(prefix, 'middleware'),
    maxAzs: 2,
    natGateways: 1,
    subnetConfiguration: [
      { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: 'tasks', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
    ],
    gatewayEndpoints: {
      DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
    },
  });
  vpc.addFlowLog('Flows', {
    trafficType: ec2.FlowLogTrafficType.REJECT,
    destination: ec2.FlowLogDestination.toCloudWatchLogs(
      new logs.LogGroup(scope, 'FlowLog', {
        logGroupName: `/${prefix}/middleware-vpc`,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    ),
  });
  return vpc;
};

/** The internet reaches the balancer on 443, the balancer reaches tasks on their port, tasks reach others on 443. */
export const middlewareGroups = (
  scope: Construct,
  vpc: ec2.IVpc,
): { readonly balancer: ec2.SecurityGroup; readonly tasks: ec2.SecurityGroup } => {
  const group = (id: string, description: string): ec2.SecurityGroup =>
    new ec2.SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  const balancer = group('BalancerGroup', 'The load balancer of the middleware');
  const tasks = group('TaskGroup', 'The tasks of the middleware');
  const port = ec2.Port.tcp(topology.middleware.port);
  balancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Devices, the relay, Google: from anywhere');
  balancer.addEgressRule(tasks, port, 'To the tasks');
  tasks.addIngressRule(balancer, port, 'From the load balancer');
  tasks.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Apple, Google, webhooks, AWS');
  acknowledge(balancer, {
    'AwsSolutions-EC23':
      'Phones fetch their passes from wherever they are, and a Lambda without a VPC has no address of its own',
  });
  return { balancer, tasks };
};

export const publicBalancer = (
  scope: Construct,
  prefix: string,
  vpc: ec2.IVpc,
  group: ec2.ISecurityGroup,
): elb.ApplicationLoadBalancer => {
  const balancer = new elb.ApplicationLoadBalancer(scope, 'Balancer', {
    loadBalancerName: physicalName(prefix, 'middleware').slice(0, 32),
    vpc,
    internetFacing: true,
    securityGroup: group,
    dropInvalidHeaderFields: true,
  });
  acknowledge(balancer, {
    'AwsSolutions-ELB2':
      'The middleware writes a line for each request itself, without tokens; paths of devices hold serial numbers and would be kept twice',
  });
  return balancer;
};
