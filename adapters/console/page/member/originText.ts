import type { Origin } from '#domain/index.ts';

/** Where an observation came from. */
export const originText = (origin: Origin): string =>
  origin.type === 'event' ? `event ${origin.eventId}` : `${origin.file} at byte ${origin.offset}`;
