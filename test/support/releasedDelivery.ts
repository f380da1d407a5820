import { createHash } from 'node:crypto';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import { eventItem } from '#adapters/dynamodb/acceptedItem.ts';
import { type Item, number } from '#adapters/dynamodb/item.ts';

/** An event that waits as it did before there were cards and deliveries: it lay in the index itself. */
export const releasedItem = (event: AcceptedEvent, acceptedAt: number): Item => ({
  ...eventItem(event, acceptedAt),
  bucket: { S: `${event.lane}#${(createHash('sha256').update(event.id).digest()[0] ?? 0) % 4}` },
  due: number(acceptedAt),
});
