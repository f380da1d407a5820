import type { MemberEvent } from '../event/events.ts';
import type { Role } from '../source/roles.ts';

/** The record that an event tells of, by what it means: an event does not say which object it is of. */
export type Subject = { readonly role: Role; readonly id: string };

export const subjectOf = (event: MemberEvent, memberId: string): Subject => {
  if ('purchaseId' in event) return { role: 'purchase', id: event.purchaseId };
  if ('grantId' in event) return { role: 'grant', id: event.grantId };
  if ('recordId' in event)
    return { role: event.type.startsWith('Points') ? 'points' : 'memberTier', id: event.recordId };
  return { role: 'member', id: memberId };
};
