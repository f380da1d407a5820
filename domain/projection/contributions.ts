import type { MemberEvent } from '../event/events.ts';
import type { Contribution } from '../event/facts.ts';

/** What an event takes away from and adds to the purchases that count: all a sum needs to stay right. */
export type ContributionChange = { readonly removed: Contribution | null; readonly added: Contribution | null };

export const contributionChange = (event: MemberEvent): ContributionChange => {
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'PurchaseMovedIn':
      return event.current.counts === null ? none : { removed: null, added: event.current.counts };
    case 'PurchaseCorrected':
      return { removed: event.previous.counts, added: event.current.counts };
    case 'PurchaseVoided':
    case 'PurchaseMovedOut':
      return event.previous.counts === null ? none : { removed: event.previous.counts, added: null };
    default:
      return none;
  }
};

const none: ContributionChange = { removed: null, added: null };
