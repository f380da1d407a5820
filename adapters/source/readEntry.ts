import { isIgnored, type Mapping } from '#domain/index.ts';
import { type ReadChangeEvent, readChangeEvent } from './changeEvent.ts';
import { GENERIC_DETAIL_TYPE, readGenericObservation } from './genericObservation.ts';
import { readPlatformEvent } from './platformEvent.ts';
import type { ReadSaid } from './saidFields.ts';

/** Of every kind what it said of records; of a change event whatever else it said, too. */
export type ReadEntry = ReadSaid & Partial<ReadChangeEvent>;

/** Whatever arrives on the source bus, by its detail-type: one that is ignored, a mapped platform event, another system's observation, else a change event. */
export const readEntry = (
  mapping: Mapping,
  envelope: Readonly<Record<string, unknown>>,
  eventId: string,
): ReadEntry => {
  const { detail, 'detail-type': detailType } = envelope;
  if (typeof detailType === 'string' && isIgnored(mapping, detailType)) return { observations: [], faults: [] };
  if (detailType === GENERIC_DETAIL_TYPE) return readGenericObservation(mapping, detail, eventId);
  const event = platformEventOf(mapping, detailType);
  return event === undefined
    ? readChangeEvent(mapping, detail, eventId)
    : readPlatformEvent(mapping, event, detail, eventId);
};

const platformEventOf = ({ platformEvents = {} }: Mapping, name: unknown) =>
  typeof name === 'string' && Object.hasOwn(platformEvents, name) ? platformEvents[name] : undefined;
