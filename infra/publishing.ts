import { Duration } from 'aws-cdk-lib';
import { Archive, EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { type BusDeclaration, type FunctionName, physicalName, topology } from '#adapters/topology.ts';
import { allow } from './permissions.ts';
import { type PipeProps, StreamPipe } from './pipe.ts';

export type PublishingProps = Omit<PipeProps, 'buses' | 'functions'> & {
  readonly hasPipes: boolean;
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
};

/**
 * What billfold tells the world: what happened to members on the domain bus, and on the wallet bus each pass of which the holder would see a difference.
 * The buses and archives are encrypted under keys of EventBridge's own: a key of ours would have to be granted to whoever subscribes.
 */
export class Publishing extends Construct {
  readonly domain: IEventBus;
  readonly wallet: IEventBus;

  constructor(scope: Construct, id: string, props: PublishingProps) {
    super(scope, id);
    this.domain = keptBus(this, 'domain', props.prefix);
    this.wallet = keptBus(this, 'wallet', props.prefix);
    const buses = { domain: this.domain, wallet: this.wallet };
    const pipes = props.hasPipes ? (['announce', 'publish'] as const) : [];
    for (const pipe of pipes) new StreamPipe(this, pipe, { ...props, buses });
    allow(props.functions.announcer, ['events:PutEvents'], [this.domain.eventBusArn]);
  }
}

/** A bus of which can be read again what it carried, so long as the topology says. */
const keptBus = (scope: Construct, name: 'domain' | 'wallet', prefix: string): EventBus => {
  const bus = new EventBus(scope, name, { eventBusName: physicalName(prefix, name) });
  const declaration: BusDeclaration = topology.buses[name];
  if (declaration.retention === 'kept')
    new Archive(bus, 'Archive', {
      archiveName: physicalName(prefix, name),
      sourceEventBus: bus,
      eventPattern: { source: [`billfold.${name}`] },
      // None given: for ever.
      ...(declaration.archiveDays !== null && { retention: Duration.days(declaration.archiveDays) }),
    });
  return bus;
};
