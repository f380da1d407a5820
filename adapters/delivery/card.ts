import type { EpochMs } from '#domain/index.ts';
import type { AcceptedEvent } from './acceptedEvent.ts';

/** What a member's pass is to be everywhere: the last revision that was taken in. One a member; an older revision changes nothing. */
export type Card = {
  readonly memberId: string;
  readonly revision: number;
  /** The wallet event that said so, whole. */
  readonly event: AcceptedEvent;
  /** Everything that differs from what holders were last known to have. Of it Apple's one message is chosen, so it never changes for a revision. */
  readonly changed: readonly string[];
  /** Whole seconds. Later with every revision, also of one second: HTTP dates know no less. */
  readonly modifiedAt: EpochMs;
};

/** An event that says what a member's pass is. */
export type CardEvent = AcceptedEvent & { readonly pass: NonNullable<AcceptedEvent['pass']> };

/**
 * The card after an event, or null where it says nothing new: a revision that is not above the one known.
 * holdersHave: the revision that holders are known to have (0: none).
 */
export const nextCard = (
  card: Card | null,
  event: CardEvent,
  { holdersHave, now }: { readonly holdersHave: number; readonly now: EpochMs },
): Card | null => {
  const { memberId, revision, changed } = event.pass;
  if (card !== null && revision <= card.revision) return null;
  const isUnseen = card !== null && holdersHave < card.revision;
  return {
    ...{ memberId, revision, event },
    changed: isUnseen ? [...new Set([...card.changed, ...changed])].toSorted() : changed,
    modifiedAt: Math.max(Math.floor(now / 1_000) * 1_000, card === null ? 0 : card.modifiedAt + 1_000),
  };
};
