import type { MemberEvent } from '#domain/index.ts';

/** The least aggregate that a change can be held against: the facts of each purchase and promotion, and the member's own. */
export type Known = Map<string, unknown>;

/** In place, which is the quickest. Every event store folds with this. */
export const know = (known: Known, event: Pick<MemberEvent, 'type'>): Known => {
  const { purchaseId, grantId, current } = event as Facts;
  const id = purchaseId ?? grantId ?? 'member';
  if (current === undefined) known.delete(id);
  else known.set(id, current);
  return known;
};

type Facts = { readonly purchaseId?: string; readonly grantId?: string; readonly current?: unknown };
