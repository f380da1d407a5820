import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import * as E from 'fp-ts/lib/Either.js';
import type { PipeDeclaration, PipeTarget } from '../topology.ts';
import type { LocalBuses } from './bus.ts';
import { entryBytes, maximumEntries, maximumRequestBytes } from './busEntry.ts';
import { type BatchOutcome, callWithBatch, functionNamed, type LocalFunctions, reasonOf } from './functions.ts';
import type { StreamRecord } from './streamPort.ts';

export type PipeTargetDependencies = {
  readonly functions: LocalFunctions;
  readonly putEvents: LocalBuses['putEvents'];
};

/** Enriches a batch and hands it to the target. Only a function that is the target may answer for single records; anything else is all or nothing. */
export const callTarget =
  (
    { functions, putEvents }: PipeTargetDependencies,
    { enrichment, target }: Pick<PipeDeclaration, 'enrichment' | 'target'>,
  ) =>
  async (records: readonly StreamRecord[]): Promise<BatchOutcome> => {
    if (target.type === 'function' && enrichment === null) {
      return callWithBatch(
        functionNamed(functions, target.function),
        records,
        records.map(({ eventID }) => eventID),
      );
    }
    try {
      const enriched = enrichment === null ? [...records] : await functionNamed(functions, enrichment)([...records]);
      if (!Array.isArray(enriched))
        throw new Error(`the enrichment ${enrichment} answered with something that is not a list`);
      if (target.type === 'function')
        return await callWithBatch(functionNamed(functions, target.function), enriched, []);
      await putAll(putEvents, target, enriched);
      return { type: 'handled', failed: [] };
    } catch (error) {
      return { type: 'threw', reason: reasonOf(error) };
    }
  };

const putAll = async (
  putEvents: LocalBuses['putEvents'],
  target: BusTarget,
  events: readonly unknown[],
): Promise<void> => {
  for (const entries of inRequests(events.map((event) => toEntry(target, event)))) {
    const result = await putEvents(target.bus, entries)();
    if (E.isLeft(result)) throw new Error(result.left.message);
    const refused = result.right.find(({ type }) => type === 'refused');
    if (refused?.type === 'refused') throw new Error(`${refused.errorCode}: ${refused.message}`);
  }
};

type BusTarget = Extract<PipeTarget, { type: 'bus' }>;

const toEntry = ({ source, detailType, inputTemplate }: BusTarget, event: unknown): PutEventsRequestEntry => ({
  Source: source,
  DetailType: String(valueAt(event, detailType)),
  Detail: JSON.stringify(valueAt(event, inputTemplate.slice(1, -1))),
});

/** A path such as `$.detail.metadata`. What is not there is a fault of the topology or of the enrichment, so it throws. */
const valueAt = (event: unknown, path: string): unknown => {
  const value = path
    .split('.')
    .slice(1)
    .reduce<unknown>(
      (node, field) =>
        typeof node === 'object' && node !== null && Object.hasOwn(node, field)
          ? (node as Record<string, unknown>)[field]
          : undefined,
      event,
    );
  if (value === undefined) throw new Error(`nothing at ${path} of the enriched event`);
  return value;
};

const inRequests = (entries: readonly PutEventsRequestEntry[]): readonly (readonly PutEventsRequestEntry[])[] => {
  const requests: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = requests[requests.length - 1];
    bytes += entryBytes(entry);
    if (last !== undefined && last.length < maximumEntries && bytes < maximumRequestBytes) last.push(entry);
    else {
      requests.push([entry]);
      bytes = entryBytes(entry);
    }
  }
  return requests;
};
