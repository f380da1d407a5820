import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { physicalName } from '#adapters/topology.ts';
import { Clock } from './clock.ts';
import { Forgetting } from './forgetting.ts';
import { Functions, MAPPING_PATH } from './functions.ts';
import { MiddlewareHost } from './host/middlewareHost.ts';
import { Ingest } from './ingest.ts';
import { Jobs } from './jobs.ts';
import { transitKey } from './keys.ts';
import { Lake } from './lake/lake.ts';
import { bucketName, Landing } from './landing.ts';
import { MiddlewareKey } from './middlewareKey.ts';
import { MiddlewareSecrets, secretsOf } from './middlewareSecrets.ts';
import { Projection } from './projection.ts';
import { Publishing } from './publishing.ts';
import { Queues } from './queues.ts';
import { Relay } from './relay.ts';
import type { DescribedDestinations } from './settings/describeDestinations.ts';
import type { DescribedMapping } from './settings/describeMapping.ts';
import type { Settings } from './settings/settings.ts';
import { type ExistingTables, renamedIn } from './settings/tableSettings.ts';
import { Sources } from './sources.ts';
import { Store } from './store.ts';
import { Observe } from './watch/observe.ts';

export type Installation = {
  readonly settings: Settings;
  readonly described: DescribedMapping;
  /** The described mapping as a file, which is put beside the functions. */
  readonly mappingFile: string;
  /** null: the middleware calls nobody. */
  readonly destinations: DescribedDestinations | null;
};

/**
 * Two stacks, since two things are wanted of them. What is known must outlive every mistake, so it stands alone, protected from being deleted, and
 * seldom changes. What happens to it may be taken down and made again at any time, and a deployment of it that is stuck is deleted and repeated: everything
 * in it is told again by the next load, or made from what is known.
 */
export const billfold = (
  app: Construct,
  installation: Installation,
): { readonly store: StoreStack; readonly flow: FlowStack } => {
  const { prefix, region, tables: existing } = installation.settings;
  const env = { region };
  const store = new StoreStack(app, physicalName(prefix, 'store'), {
    ...{ prefix, env, existing },
    secrets: secretsOf(installation.destinations),
    description: 'billfold: what is known',
    terminationProtection: true,
  });
  const flow = new FlowStack(app, prefix, {
    ...installation,
    store,
    env,
    description: 'billfold: from Salesforce to the wallet',
  });
  Tags.of(app).add('billfold', prefix);
  return { store, flow };
};

type StoreStackProps = StackProps & {
  readonly prefix: string;
  readonly secrets: readonly string[];
  readonly existing: ExistingTables;
};

/** Tables, files, keys, and what the middleware keeps secret. */
export class StoreStack extends Stack {
  readonly store: Store;
  readonly middlewareKey: MiddlewareKey;

  constructor(scope: Construct, id: string, { prefix, secrets, existing, ...props }: StoreStackProps) {
    super(scope, id, props);
    this.store = new Store(this, 'Store', { prefix, existing });
    const { encryption } = this.store;
    // The other stack imports them until it has been deployed too, and CloudFormation takes back no export that is imported.
    for (const { tableArn } of this.store.replaced) this.exportValue(tableArn);
    for (const { tableStreamArn } of this.store.streamed) this.exportValue(tableStreamArn);
    new Landing(this, 'Files', { prefix, encryption });
    this.middlewareKey = new MiddlewareKey(this, 'MiddlewareKey', { prefix, encryption });
    new MiddlewareSecrets(this, 'MiddlewareSecrets', { prefix, encryption, names: secrets });
  }
}

type FlowStackProps = StackProps & Installation & { readonly store: StoreStack };

/** From Salesforce to the wallet, a construct for each stage. */
export class FlowStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings, described, mappingFile, destinations, store: kept, ...props }: FlowStackProps,
  ) {
    super(scope, id, props);
    const { prefix, middleware, hasPipes } = settings;
    const renamed = renamedIn(settings.tables);
    const { tables, encryption, wrappingKey } = kept.store;
    const keySecret = kept.middlewareKey.secret;
    const bucketNames = { landing: bucketName(this, prefix, 'landing'), lake: bucketName(this, prefix, 'lake') };
    const logKey = transitKey(this, 'Transit', { prefix, description: 'What waits and is logged in billfold' });
    const { queues } = new Queues(this, 'Queues', { prefix, encryption: logKey });
    const { url: middlewareUrl, balancer } =
      middleware.type === 'existing'
        ? { ...middleware, balancer: undefined }
        : new MiddlewareHost(this, 'Middleware', {
            ...middleware,
            ...{ prefix, deliveries: tables.deliveries, keySecret, encryption, destinations, renamed },
          });
    const { functions, activated } = new Functions(this, 'Functions', {
      ...{ prefix, tables, renamed, encryption, wrappingKey, logKey, mappingFile },
      told: {
        ...{ prefix, middlewareUrl, mapping: MAPPING_PATH, wrappingKey: wrappingKey.keyArn },
        ...{
          landingBucket: bucketNames.landing,
          partsQueue: queues.parts.queueUrl,
          relayDeadQueue: queues.relayDead.queueUrl,
        },
      },
    });
    const flows = described.flows.map(({ name }) => name);
    const scheduled = described.flows.filter(({ trigger }) => trigger === 'schedule').map(({ name }) => name);
    const fileFlows = described.flows.filter(({ trigger }) => trigger !== 'event').map(({ name }) => name);
    const ofPipes = { prefix, tables, encryption, logKey, queues, functions, hasPipes };

    const { partnerBuses } = new Sources(this, 'Sources', {
      ...settings,
      flows: described.flows,
      bucketNames,
      queues,
      functions,
      activated,
      logKey,
    });
    new Ingest(this, 'Ingest', { functions, queues, bucketNames, encryption, fileFlows });
    new Projection(this, 'Projection', ofPipes);
    const { domain, wallet } = new Publishing(this, 'Publishing', ofPipes);
    new Relay(this, 'Relay', { prefix, queues, bucketNames, wallet, functions, keySecret, encryption });
    new Jobs(this, 'Jobs', { prefix, functions, queues, logKey, wallet });
    new Forgetting(this, 'Forgetting', { prefix, functions, queues, logKey });
    new Clock(this, 'Clock', { prefix, functions, queues, bucketNames, encryption, flows, fileFlows });

    new Lake(this, 'Lake', {
      ...{ prefix, encryption, domainBus: domain, undelivered: queues.undelivered },
      lakeBucket: Bucket.fromBucketName(this, 'LakeBucket', bucketNames.lake),
      landingBucket: Bucket.fromBucketName(this, 'LandingBucket', bucketNames.landing),
      objects: fieldsOf(described),
    });
    new Observe(this, 'Observe', {
      ...{ prefix, renamed, alarmEmail: settings.alarmEmail, feeds: [...scheduled, ...partnerBuses] },
      middlewareHost: middleware.type === 'host' ? middleware.host : null,
      ...(balancer !== undefined && { balancer }),
    });
  }
}

/** What is read of each object, and by which flows all of it comes as files. */
const fieldsOf = ({ mapping, flows }: DescribedMapping) =>
  Object.entries(mapping.objects).map(([object, { owner, fields, custom }]) => ({
    object,
    fields: [
      ...Object.values({ ...fields, ...custom }).map(({ field }) => field),
      ...(owner === undefined ? [] : [owner]),
    ],
    flows: flows.filter((flow) => flow.object === object && flow.trigger === 'onDemand').map(({ name }) => name),
  }));
