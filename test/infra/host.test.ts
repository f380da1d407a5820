import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { afterAll, describe, expect, it } from 'vitest';
import { actionsOf, topology } from '#adapters/topology.ts';
import { MiddlewareHost, type MiddlewareHostProps } from '#infra/host/middlewareHost.ts';
import { HOST_SIZE } from '#infra/host/size.ts';
import { ENVIRONMENT, findingsIn, templateOf } from './support/clean.ts';

const DOMAIN = {
  domainName: 'passes.example.test',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0c7d1a5e-1111-4222-8333-444455556666',
} as const;
type Given = Partial<MiddlewareHostProps> & Pick<MiddlewareHostProps, 'host'>;

/** What others make is there by name: this stack holds the host alone. */
const hosting =
  (given: Given) =>
  (stack: Stack): MiddlewareHost =>
    new MiddlewareHost(stack, 'Middleware', {
      prefix: 'acme',
      destinations: null,
      deliveries: TableV2.fromTableArn(
        stack,
        'Deliveries',
        stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: 'acme-deliveries' }),
      ),
      keySecret: Secret.fromSecretCompleteArn(
        stack,
        'KeySecret',
        'arn:aws:secretsmanager:eu-central-1:111122223333:secret:acme-middleware-key-AbCdEf',
      ),
      encryption: Key.fromKeyArn(
        stack,
        'Encryption',
        'arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-1111-4222-8333-444455556666',
      ),
      ...given,
    });
const built = (given: Given): { readonly template: Template; readonly host: MiddlewareHost } => {
  const hosts: MiddlewareHost[] = [];
  const template = templateOf((stack) => hosts.push(hosting(given)(stack)), ENVIRONMENT);
  const [host] = hosts;
  if (host === undefined) throw new Error('no host was built');
  return { template, host };
};

const HOSTS = [{ host: 'ecs-express' }, { host: 'fargate', ...DOMAIN }, { host: 'app-runner' }] as const;

describe.each(HOSTS)('the middleware on $host', (given) => {
  const { template, host } = built(given);

  it('is clean', () => {
    expect(findingsIn(hosting(given), ENVIRONMENT)).toEqual([]);
  }, 120_000);

  it('may do what the topology says of its table, read its secrets by name, decrypt through the two; nothing else', () => {
    const [role] = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => id.includes('TaskRole'));
    const policies = Object.values(
      template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: role }] } }),
    );
    const statements = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement as Statement[]);
    const allowed = statements.map(({ Action, Resource, Condition }) => ({
      actions: [Action].flat().filter((action) => !action.startsWith('ssmmessages:')),
      resource: JSON.stringify(Resource),
      isBound: Condition !== undefined,
    }));
    const { deliveries } = topology.tables;
    const indexes = deliveries.indexes.map(({ name }: { readonly name: string }) => ({
      actions: ['dynamodb:Query'],
      resource: expect.stringMatching(new RegExp(`acme-deliveries/index/${name}`)),
      isBound: false,
    }));
    const ofKey = (actions: readonly string[]) => ({
      actions: expect.arrayContaining([...actions]),
      resource: expect.stringContaining('key/1a2b3c4d'),
      isBound: true,
    });
    expect(topology.middleware.tables).toEqual({ deliveries: ['write'] });
    expect(allowed).toEqual([
      {
        actions: actionsOf.write.map((name) => `dynamodb:${name}`),
        resource: expect.stringContaining('acme-deliveries'),
        isBound: false,
      },
      ...indexes,
      ofKey(['kms:Decrypt', 'kms:GenerateDataKey']),
      {
        actions: ['secretsmanager:GetSecretValue'],
        resource: expect.stringMatching(/acme-middleware-key-AbCdEf.*secret:acme-operator-key-\?{6}"/),
        isBound: false,
      },
      ofKey(['kms:Decrypt']),
    ]);
  });

  it('is told its prefix and port, and no secret', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).toMatch(/"Name":"BILLFOLD_PREFIX","Value":"acme"/);
    expect(text).toMatch(/"Name":"PORT","Value":"8402"/);
    expect(text).not.toMatch(/"(?:Secrets|RuntimeEnvironmentSecrets)"/);
  });

  it('is asked whether it is ready where the topology says, at its port', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).toContain(topology.middleware.healthPath);
    expect(text).toMatch(new RegExp(`"(?:ContainerPort|Port)":"?${topology.middleware.port}"?`));
  });

  it('brings the destinations that are given: their folder, where they lie, the secrets they read and no other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'billfold-destinations-'));
    const brought = { ...given, destinations: { folder, secrets: ['apple-certificate', 'webhook-till'] } };
    const hash = (): string => /[0-9a-f]{64}/.exec(JSON.stringify(built(brought).template.toJSON()))?.[0] ?? '';
    writeFileSync(join(folder, 'destinations.json'), '{}');
    const before = hash();
    writeFileSync(join(folder, 'destinations.json'), '{ "dryRun": true }');
    expect(hash()).not.toBe(before);
    const text = JSON.stringify(built(brought).template.toJSON());
    expect(text).toMatch(/"BILLFOLD_DESTINATIONS","Value":"\/app\/destinations\/destinations.json"/);
    const readable = [...text.matchAll(/secret:acme-([\w-]+)-\?{6}"/g)].map(([, name]) => name);
    expect(readable).toEqual(['operator-key', 'apple-certificate', 'webhook-till']);
    expect(text).not.toContain(folder);
    expect(contextsOf(brought)).toEqual([{ destinations: folder }]);
    rmSync(folder, { recursive: true });
  });

  it('has an address that begins with https://', () => {
    const resolved = Stack.of(host).resolve(host.url) as unknown;
    expect(JSON.stringify(resolved)).toMatch(/https:\/\//);
  });
});

/** Folders that the image is built with, beside its own. */
const contextsOf = (given: Given): readonly unknown[] => {
  const outdir = mkdtempSync(join(tmpdir(), 'billfold-image-'));
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  hosting(given)(new Stack(app, 'Stack', ENVIRONMENT));
  app.synth();
  const { dockerImages } = JSON.parse(readFileSync(join(outdir, 'Stack.assets.json'), 'utf8')) as {
    readonly dockerImages: Readonly<Record<string, { readonly source: { readonly dockerBuildContexts?: unknown } }>>;
  };
  rmSync(outdir, { recursive: true, force: true });
  return Object.values(dockerImages).map(({ source }) => source.dockerBuildContexts);
};

type Statement = { readonly Action: string | string[]; readonly Resource: unknown; readonly Condition?: unknown };

describe('Express Mode', () => {
  it('runs on Fargate in a cluster of its own, whose metrics are watched by its name', () => {
    built({ host: 'ecs-express' }).template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterName: 'acme-middleware',
      CapacityProviders: ['FARGATE'],
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }],
    });
  });

  it('takes an endpoint with a scheme and a slash, or without', () => {
    const { host } = built({ host: 'ecs-express' });
    const url = Stack.of(host).resolve(host.url) as unknown;
    for (const endpoint of [
      'middleware.example.test',
      'https://middleware.example.test/',
      'https://middleware.example.test',
    ])
      expect(evaluated(url, endpoint)).toBe('https://middleware.example.test');
  });

  it('waits for the policies of its roles', () => {
    const { template } = built({ host: 'ecs-express' });
    const [service] = Object.values(template.findResources('AWS::ECS::ExpressGatewayService'));
    expect(service?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/TaskRoleDefaultPolicy/),
        expect.stringMatching(/ExecutionRoleDefaultPolicy/),
      ]),
    );
  });
});

describe('Fargate', () => {
  const { template, host } = built({ host: 'fargate', ...DOMAIN });

  it.each([{}, { domainName: DOMAIN.domainName }, { certificateArn: DOMAIN.certificateArn }])(
    'refuses to be reached without TLS: %o',
    (given) => {
      expect(() => built({ host: 'fargate', ...given })).toThrow(/expected certificateArn and domainName/);
    },
  );

  it('speaks TLS and nothing else', () => {
    const listeners = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener'));
    expect(listeners.map(({ Properties: { Port, Protocol, SslPolicy } }) => ({ Port, Protocol, SslPolicy }))).toEqual([
      { Port: 443, Protocol: 'HTTPS', SslPolicy: expect.stringMatching(/TLS13/) },
    ]);
    expect(host.url).toBe('https://passes.example.test');
  });

  it('tasks run as nobody special, write nowhere, and have time to end', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          User: 'node',
          ReadonlyRootFilesystem: true,
          Privileged: false,
          StopTimeout: 60,
          HealthCheck: Match.objectLike({ Command: Match.arrayWith(['CMD', 'node']) }),
        }),
      ],
    });
  });

  it('a deployment that does not come up is taken back', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: Match.objectLike({ DeploymentCircuitBreaker: { Enable: true, Rollback: true } }),
    });
  });

  it('a deployment leaves as many tasks as there are: what it has grown to is for scaling to say', () => {
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: Match.absent() });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: HOST_SIZE.minTasks,
      MaxCapacity: HOST_SIZE.maxTasks,
    });
  });

  it('grows by the age of both relay queues and by the CPU, and shrinks by the CPU alone', () => {
    const policies = Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy')).map(
      ({ Properties }) => Properties,
    );
    expect(policies.filter(({ PolicyType }) => PolicyType === 'TargetTrackingScaling')).toHaveLength(1);
    const steps = policies.flatMap(
      ({ StepScalingPolicyConfiguration: step }) => (step?.StepAdjustments ?? []) as { ScalingAdjustment: number }[],
    );
    expect(steps.length).toBeGreaterThan(1);
    for (const { ScalingAdjustment } of steps) expect(ScalingAdjustment).toBeGreaterThan(0);
    const text = JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'));
    for (const queue of ['acme-relayLive', 'acme-relayBulk']) expect(text).toContain(queue);
  });

  it('only the balancer reaches tasks, and tasks reach others by TLS alone', () => {
    const rules = [
      ...Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')),
      ...Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(({ Properties }) => [
        ...(Properties.SecurityGroupIngress ?? []).map((rule: object) => ({ Properties: rule })),
        ...(Properties.SecurityGroupEgress ?? []).map((rule: object) => ({ Properties: rule })),
      ]),
    ].map(({ Properties }) => `${Properties.CidrIp ?? 'group'} ${Properties.FromPort}`);
    expect([...new Set(rules)].filter((rule) => rule.startsWith('0.0.0.0/0'))).toEqual(['0.0.0.0/0 443']);
    template.resourceCountIs('AWS::EC2::FlowLog', 1);
  });

  it('tells Observe what CloudWatch calls its balancer', () => {
    expect(host.balancer).toMatchObject({ loadBalancer: expect.any(String), targetGroup: expect.any(String) });
  });

  it('is what it was', () => {
    // But for the image, which changes with every line of the service.
    const tasks = JSON.stringify(template.findResources('AWS::ECS::TaskDefinition')).replace(/[0-9a-f]{64}/g, 'image');
    expect(JSON.parse(tasks)).toMatchSnapshot();
    expect(template.findResources('AWS::EC2::SecurityGroup')).toMatchSnapshot();
  });
});

describe('the image', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'billfold-image-'));
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));
  const root = new URL('../../', import.meta.url);
  const dockerfile = readFileSync(new URL('infra/Dockerfile', root), 'utf8');

  it('is built from what its Dockerfile copies, and nothing else of the repository goes there', () => {
    const app = new App({ outdir, builtinCloudFormationValidation: false });
    hosting({ host: 'app-runner' })(new Stack(app, 'Stack'));
    app.synth();
    const [asset = ''] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    const there = readdirSync(join(outdir, asset)).filter((name) => name !== '.dockerignore');
    expect(new Set(there)).toEqual(
      new Set(['.npmrc', 'adapters', 'domain', 'infra', 'package.json', 'package-lock.json']),
    );
    expect(readdirSync(join(outdir, asset, 'infra'))).toEqual(['Dockerfile']);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    for (const name of copied) expect(existsSync(join(outdir, asset, name)), name).toBe(true);
  });

  it('runs as node, Node 24 pinned, by a command in exec form that starts the middleware', () => {
    expect(dockerfile.match(/^FROM .*/gm)).toEqual([
      'FROM node:24.21.0-slim AS dependencies',
      'FROM scratch AS destinations',
      'FROM node:24.21.0-slim',
    ]);
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    const [, command = ''] = /^CMD (\[.*\])$/m.exec(last) ?? [];
    expect(JSON.parse(command)).toEqual(['node', topology.middleware.entry]);
    expect(last.indexOf('USER node')).toBeLessThan(last.lastIndexOf('\nCMD '));
    expect(dockerfile).toMatch(/npm ci --omit=dev --omit=optional --ignore-scripts/);
  });

  it('asks itself at the port and path of the topology', () => {
    expect(dockerfile).toContain(`ENV PORT=${topology.middleware.port}`);
    expect(dockerfile).toContain(topology.middleware.livePath);
    const [, check = ''] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    const [node = '', flag = '', script = ''] = JSON.parse(check) as string[];
    expect([node, flag]).toEqual(['node', '-e']);
    // Nobody answers there: it says so, instead of failing in some other way.
    const run = () =>
      execFileSync(process.execPath, ['-e', script], { env: { PORT: '9' }, stdio: 'pipe', encoding: 'utf8' });
    expect(run).toThrow(expect.objectContaining({ status: 1, stderr: '' }));
  });
});

/** What CloudFormation makes of joins and splits where a reference holds that text. */
const evaluated = (value: unknown, held: string): string | string[] => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) throw new Error('expected a value of CloudFormation');
  if ('Fn::GetAtt' in value) return held;
  if ('Fn::Split' in value) {
    const [by, text] = value['Fn::Split'] as [string, unknown];
    return String(evaluated(text, held)).split(by);
  }
  if ('Fn::Join' in value) {
    const [by, parts] = value['Fn::Join'] as [string, unknown];
    const all = Array.isArray(parts) ? parts.map((part) => evaluated(part, held)) : evaluated(parts, held);
    return [all].flat().join(by);
  }
  throw new Error(`unexpected ${Object.keys(value).join()}`);
};
