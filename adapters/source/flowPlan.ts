import { declaredLoads, feedsOf, type Mapping } from '#domain/index.ts';
import { physicalName } from '../topology.ts';

/** An AppFlow flow that a deployed billfold has, as plain data: infra makes it, whoever asks for a re-read or watches over flows knows its name by it. */
export type FlowPlan = { readonly name: string; readonly object: string } & (
  | { readonly trigger: 'onDemand'; readonly api: 'BULKV2' }
  | {
      readonly trigger: 'schedule';
      readonly api: 'REST_SYNC';
      readonly everyMinutes: number;
      /** A run leaves out what is younger than this: records stamped while it begins are read by the next (AppFlow guide, "Flow triggers"). */
      readonly offsetSeconds: number;
      /** The field that says when a record changed. */
      readonly dateField: string;
    }
  /** event: the channel it listens to. */
  | { readonly trigger: 'event'; readonly event: string }
);

/** The flows of each object that is mapped, by what the mapping says of its feeds. An object may have none. */
export const flowPlan = (mapping: Mapping, prefix: string): readonly FlowPlan[] =>
  Object.keys(mapping.objects).flatMap((object): readonly FlowPlan[] => {
    const { full, everyMinutes, events } = feedsOf(mapping, object);
    const named = (kind: string): { readonly name: string; readonly object: string } => ({
      name: physicalName(prefix, `${object}-${kind}`),
      object,
    });
    return [
      ...(full ? [{ ...named('full'), trigger: 'onDemand', api: 'BULKV2' } as const] : []),
      ...(everyMinutes === 'never'
        ? []
        : [{ ...named('changes'), trigger: 'schedule', api: 'REST_SYNC', everyMinutes, ...CHANGED } as const]),
      ...(events ? [{ ...named('events'), trigger: 'event', event: changeEventOf(object) } as const] : []),
    ];
  });

/** By user or by automation; LastModifiedDate misses the latter (Object Reference, "System Fields"). */
const CHANGED = { offsetSeconds: 60, dateField: 'SystemModstamp' };

/** Order → OrderChangeEvent, Voucher__c → Voucher__ChangeEvent (Change Data Capture guide). */
const changeEventOf = (object: string): string =>
  object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;

/**
 * The mapping with the planned flows in it: files are known by their flow's name. A flow that reads all records is a full load, unless the mapping
 * declares others of that object; where it declares the object by its own name, that flow is meant.
 */
export const deployedMapping = (mapping: Mapping, prefix: string): Mapping => {
  const files = flowPlan(mapping, prefix).filter(({ trigger }) => trigger !== 'event');
  const flows = { ...mapping.flows, ...Object.fromEntries(files.map(({ name, object }) => [name, object])) };
  const fullFlows = new Map(
    files.filter(({ trigger }) => trigger === 'onDemand').map(({ name, object }) => [object, name]),
  );
  const declared = declaredLoads(mapping).map(({ flows: names }) => names.map((name) => fullFlows.get(name) ?? name));
  const read = new Set(declaredLoads(mapping).map(({ object }) => object));
  const others = [...fullFlows].flatMap(([object, name]) => (read.has(object) ? [] : [[name]]));
  return { ...mapping, flows, fullLoads: [...declared, ...others] };
};
