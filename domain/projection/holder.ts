import type { MemberFacts } from '../event/facts.ts';
import { type CustomView, customOnPass } from './customOnPass.ts';
import type { Projection } from './projection.ts';

/** Who holds the pass. null: nothing said yet. */
export type HolderState = MemberFacts | Forgotten | null;
type Forgotten = { readonly standing: 'forgotten' };

export type HolderView = {
  readonly standing: MemberFacts['standing'] | Forgotten['standing'];
  readonly memberNumber: string | null;
  readonly memberSince: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** The source decides the member's tier. */
  readonly hasTierRecords: boolean;
  /** Absent: the mapping shows none. */
  readonly custom?: CustomView;
};

export const holder: Projection<HolderState, HolderView> = {
  name: 'holder',
  version: 1,
  initial: null,
  // A switch, not match(): ts-pattern costs about 0.3 µs an event, the whole fold a few ns (npm run bench -- fold).
  evolve: (state, event) => {
    // The end of it: nothing of the member is told after that (merge.ts).
    if (state?.standing === 'forgotten') return state;
    switch (event.type) {
      case 'MemberEnrolled':
      case 'MemberDetailsChanged':
      case 'MemberWithdrawn':
      case 'MemberReinstated':
        return event.current;
      case 'MemberForgotten':
        return { standing: 'forgotten' };
      default:
        return state;
    }
  },
  view: (state) => {
    const facts = state === null || state.standing === 'forgotten' ? null : state;
    return {
      standing: state?.standing ?? 'provisional',
      memberNumber: facts?.number ?? null,
      memberSince: facts?.memberSince ?? null,
      firstName: facts?.personal.firstName ?? null,
      lastName: facts?.personal.lastName ?? null,
      hasTierRecords: facts?.tierFrom === 'records',
      ...(facts !== null && customOnPass(facts)),
    };
  },
  nextChangeAt: () => null,
};
