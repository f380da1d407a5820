import { Annotations, Stack } from 'aws-cdk-lib';
import type { CfnFlow } from 'aws-cdk-lib/aws-appflow';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { type Pattern, physicalName } from '#adapters/topology.ts';
import { Activation, type ActivationProps } from './activation.ts';
import { Flows } from './flows.ts';
import { addQueueRule, addRules, type RuleParts } from './rule.ts';
import type { FlowDescription } from './settings/describeMapping.ts';

export type SourcesProps = RuleParts &
  Pick<ActivationProps, 'functions' | 'activated' | 'logKey'> & {
    readonly flows: readonly FlowDescription[];
    readonly connectorProfile: string;
    readonly incrementalFrom: string | null;
    readonly relaySources: readonly string[];
    readonly relayRoutes: Readonly<Record<string, Pattern>>;
  };

/** All ways in: flows of AppFlow, their partner bus, Event Relay's, and a bus of our own for whoever else has something to say. */
export class Sources extends Construct {
  /** Buses that partners put to, by name. */
  readonly partnerBuses: readonly string[];

  constructor(scope: Construct, id: string, props: SourcesProps) {
    super(scope, id);
    const { prefix, relaySources, relayRoutes } = props;
    const eventSource = `aws.partner/appflow/salesforce.com/${Stack.of(this).account}/${prefix}`;
    const flows = new Flows(this, 'Flows', { ...props, eventSource, landingBucketName: props.bucketNames.landing });

    const own = new EventBus(this, 'Source', { eventBusName: physicalName(prefix, 'source') });
    addRules(own, props, 'source', own.eventBusName);
    addRules(new Construct(this, 'Account'), props, 'account', 'default');

    const eventFlows = props.flows.filter(({ trigger }) => trigger === 'event').map(({ name }) => name);
    if (eventFlows.length > 0) joinAppFlow(this, props, flows, eventFlows, eventSource);

    this.partnerBuses = [...(eventFlows.length > 0 ? [eventSource] : []), ...relaySources];
    for (const [index, source] of relaySources.entries()) {
      const bus = new EventBus(this, `Relay${index + 1}`, { eventSourceName: source });
      addRules(bus, props, 'source', bus.eventBusName);
      for (const [name, pattern] of Object.entries(relayRoutes))
        addQueueRule(bus, props, { name: `route-${name}`, busName: bus.eventBusName, pattern, queue: 'relayLive' });
    }
  }
}

/** The flows come first, since they make the partner source; then a bus is joined to it; then the flows can be activated. */
const joinAppFlow = (
  scope: Construct,
  props: SourcesProps,
  flows: Flows,
  eventFlows: readonly string[],
  eventSource: string,
): void => {
  warnOfAllocation(scope, props.flows);
  const activation = new Activation(scope, 'Activation', { ...props, eventFlows, eventSource });
  const made = eventFlows.flatMap((name) => flows.byName.get(name) ?? []);
  // One after the other: what happens where two of them make the source at once is not documented.
  for (const [index, flow] of made.entries()) if (index > 0) flow.node.addDependency(made[index - 1] as CfnFlow);
  const isThere = activation.awaitSource(made);
  const bus = new EventBus(scope, 'AppFlow', { eventSourceName: eventSource });
  bus.node.addDependency(isThere);
  addRules(bus, props, 'source', bus.eventBusName);
  for (const name of eventFlows) activation.activate(name, flows.byName.get(name)).node.addDependency(bus);
};

/** Without its add-on (Change Data Capture guide, "Change Data Capture Allocations", read November 2026). */
const CAPTURED_OBJECTS = 5;

const warnOfAllocation = (scope: Construct, flows: readonly FlowDescription[]): void => {
  const captured = flows.filter(({ trigger }) => trigger === 'event').map(({ object }) => object);
  if (captured.length > CAPTURED_OBJECTS)
    Annotations.of(scope).addWarningV2(
      'billfold:capturedObjects',
      `${captured.length} objects have an event flow (${captured.join(', ')}); without its add-on Salesforce captures changes of ${CAPTURED_OBJECTS}. In the mapping, switch "events" off under "feeds" for those that change seldom: their scheduled flow goes on.`,
    );
};
