import type { EpochMs, ForgottenMember } from '#domain/index.ts';
import type { Certificate } from '../http/answers/forgotten.ts';

export type Certified = {
  readonly certificate: Omit<Certificate, 'notCovered'>;
  /** Nothing is left to be done. */
  readonly isOver: boolean;
};

/** What was done and found, as it is told: clean only where somebody knew what to look for. */
export const certify = (
  { memberId, eventId, version, forgottenAt }: Omit<ForgottenMember, 'records' | 'heldBackBy'>,
  told: Pick<Certificate, 'values' | 'removed' | 'stores' | 'pending'>,
  now: EpochMs,
): Certified => {
  const isOver = told.pending.length === 0 && told.stores.every(({ found }) => found === 0);
  return {
    certificate: {
      ...{ memberId, eventId, version, forgottenAt: new Date(forgottenAt).toISOString() },
      certifiedAt: new Date(now).toISOString(),
      isClean: isOver && !told.values.keyWasGone,
      ...told,
    },
    isOver,
  };
};
