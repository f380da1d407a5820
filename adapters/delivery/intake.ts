import type { EpochMs } from '#domain/index.ts';
import type { Acceptance, AcceptedEvent, Lane } from './acceptedEvent.ts';
import { type Card, type CardEvent, nextCard } from './card.ts';
import type { Route } from './deliveryStore.ts';
import type { Place } from './place.ts';

/** What is known of a member before events are taken in: the card, and the deliveries there are, by destination. */
export type Known = { readonly card: Card | null; readonly places: ReadonlyMap<string, Pick<Place, 'done'>> };

/** One answer for each event. card: the one to be kept from now on, null: as it is. wants: what becomes due, one for each destination. */
export type Intake = {
  readonly acceptances: readonly Acceptance[];
  readonly card: Card | null;
  readonly wants: readonly Want[];
};
export type Want = { readonly destination: string; readonly revision: number; readonly lane: Lane };

/**
 * Events of one member, as if each had come by itself. The last revision said once more is nothing new, except to a destination that has never had a
 * delivery of this member: so passes published again reach a destination that was added later.
 */
export const takeIn = (
  known: Known,
  events: readonly CardEvent[],
  { route, now }: { readonly route: Route; readonly now: EpochMs },
): Intake => {
  let card = known.card;
  let holdersHave = known.places.get(SHOWN_BY)?.done ?? null;
  const wants = new Map<string, Want>();
  const acceptances = events.map((event): Acceptance => {
    const next = nextCard(card, event, { holdersHave: holdersHave ?? card?.revision ?? 0, now });
    const isSaidAgain = card !== null && event.pass.revision === card.revision;
    if (next === null && !isSaidAgain) return 'Duplicate';
    const isServed = (destination: string): boolean => known.places.has(destination) || wants.has(destination);
    const destinations = route(event).filter((destination) => next !== null || !isServed(destination));
    for (const destination of destinations)
      wants.set(destination, wantOf(destination, event, wants.get(destination) ?? null));
    if (destinations.includes(SHOWN_BY)) holdersHave ??= 0;
    card = next ?? card;
    return next === null && destinations.length === 0 ? 'Duplicate' : 'Accepted';
  });
  return { acceptances, card: card === known.card ? null : card, wants: [...wants.values()] };
};

/** What this destination delivered to its end is what holders have. */
const SHOWN_BY = 'apple';

const wantOf = (destination: string, { pass, lane }: CardEvent, before: Want | null): Want => ({
  ...{ destination, revision: pass.revision },
  lane: before?.lane === 'live' ? 'live' : lane,
});

/** Each event of a member with the others of the same, in order; `at`: its place among all. */
export const byMember = (
  events: readonly AcceptedEvent[],
): ReadonlyMap<string, readonly { readonly at: number; readonly event: CardEvent }[]> => {
  const members = new Map<string, { at: number; event: CardEvent }[]>();
  events.forEach((event, at) => {
    const { pass } = event;
    if (pass === null) return;
    const others = members.get(pass.memberId) ?? [];
    members.set(pass.memberId, others);
    others.push({ at, event: { ...event, pass } });
  });
  return members;
};
