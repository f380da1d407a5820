import * as apprunner from 'aws-cdk-lib/aws-apprunner';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from '../acknowledge.ts';
import { middlewareEnvironment, middlewareImage } from './image.ts';
import type { Hosted, Hosting } from './middlewareHost.ts';
import { TOKEN_REASON, taskRole } from './roles.ts';

/** App Runner: closed to accounts that did not have it before 2026-04-30 (App Runner guide, "availability change", read 2026-11-21). */
export const appRunnerHost = (scope: Construct, hosting: Hosting): Hosted => {
  const { prefix, domainName, size, destinations, renamed } = hosting;
  const name = physicalName(prefix, 'middleware');
  const image = middlewareImage(scope, destinations);
  const publicUrl = domainName === undefined ? null : `https://${domainName}`;
  const access = new iam.Role(scope, 'AccessRole', {
    description: 'App Runner: pulls the image of the middleware',
    assumedBy: new iam.ServicePrincipal('build.apprunner.amazonaws.com'),
  });
  image.repository.grantPull(access);
  acknowledge(access, { 'AwsSolutions-IAM5[Resource::*]': TOKEN_REASON });
  const task = taskRole(scope, new iam.ServicePrincipal('tasks.apprunner.amazonaws.com'), hosting);
  const scaling = new apprunner.CfnAutoScalingConfiguration(scope, 'Scaling', {
    autoScalingConfigurationName: name.slice(0, 32),
    minSize: size.minTasks,
    maxSize: size.maxTasks,
    // Requests at once in one task before another starts: each is a write to the deliveries table, then the answer.
    maxConcurrency: 50,
  });
  const service = new apprunner.CfnService(scope, 'Service', {
    serviceName: name,
    autoScalingConfigurationArn: scaling.attrAutoScalingConfigurationArn,
    instanceConfiguration: { cpu: String(size.cpu), memory: String(size.memoryMb), instanceRoleArn: task.roleArn },
    healthCheckConfiguration: {
      protocol: 'HTTP',
      path: topology.middleware.healthPath,
      interval: 10,
      timeout: 5,
      healthyThreshold: 1,
      unhealthyThreshold: 3,
    },
    sourceConfiguration: {
      autoDeploymentsEnabled: false,
      authenticationConfiguration: { accessRoleArn: access.roleArn },
      imageRepository: {
        imageIdentifier: image.imageUri,
        imageRepositoryType: 'ECR',
        imageConfiguration: {
          port: String(topology.middleware.port),
          runtimeEnvironmentVariables: Object.entries(
            middlewareEnvironment(scope, { prefix, publicUrl, destinations, renamed }),
          ).map(([name, value]) => ({ name, value })),
        },
      },
    },
  });
  service.node.addDependency(access, task);
  return { url: publicUrl ?? `https://${service.attrServiceUrl}` };
};
