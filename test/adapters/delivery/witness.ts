import type { Lane } from '#adapters/delivery/acceptedEvent.ts';
import {
  type Claim,
  type Delivery,
  type DeliveryKey,
  revisionOf,
  type Settlement,
} from '#adapters/delivery/delivery.ts';

/** What everybody saw, and what of it cannot be right. */
export type Witness = ReturnType<typeof witness>;

type Seen = {
  /** Said to be accepted, by lane. */
  readonly accepted: { revision: number; lane: Lane }[];
  /** In hand as far as anybody knows: whoever begins to settle has it no more. */
  readonly inHand: Map<string, { readonly until: number }>;
  settled: number;
  /** What was worked on to its end, maybe: of claims whose settlement began, but for those that wait again. */
  ended: number;
  claims: number;
  /** How many claims there had been when it was nudged. */
  nudgedAfter: number | null;
};

/**
 * Promises of a delivery store, held against what was called and what it answered. Calls may overlap: only what ended before another began came before it.
 */
export const witness = (now: () => number) => {
  const wrong: string[] = [];
  const seen = new Map<string, Seen>();
  const versions = new Map<string, string>();
  const of = (key: DeliveryKey): Seen => {
    const name = JSON.stringify(key);
    const known = seen.get(name) ?? {
      ...{ accepted: [], inHand: new Map(), settled: 0, ended: 0, claims: 0, nudgedAfter: null },
    };
    seen.set(name, known);
    return known;
  };
  const expectThat = (isRight: boolean, what: string, key: DeliveryKey): void => {
    if (!isRight) wrong.push(`${what}: ${JSON.stringify(key)} at ${now()}`);
  };
  const sameEachTime = (key: DeliveryKey, { content }: Claim): void => {
    if (content.type !== 'card') return;
    const { memberId, revision, changed, modifiedAt } = content.card;
    const version = JSON.stringify([changed, modifiedAt]);
    const name = `${memberId}.${revision}`;
    expectThat((versions.get(name) ?? version) === version, 'a revision is the same each time', key);
    versions.set(name, version);
  };

  return {
    wrong,
    accepted: (key: DeliveryKey, revision: number, lane: Lane) => void of(key).accepted.push({ revision, lane }),
    /** Called before a claim is asked for. */
    aboutToClaim: (key: DeliveryKey) => {
      const { settled, inHand } = of(key);
      const held = [...inHand];
      return (claim: Claim): void => {
        const others = held.filter(([token, { until }]) => of(key).inHand.has(token) && until > now());
        expectThat(others.length === 0, 'one has it in hand at a time', key);
        expectThat(revisionOf(claim.content) >= settled, 'nothing older is handed out', key);
        expectThat(revisionOf(claim.content) >= claim.delivery.wanted, 'what is wanted is handed out', key);
        sameEachTime(key, claim);
        of(key).inHand.set(claim.token, { until: claim.until });
        of(key).claims += 1;
      };
    },
    /** Called before a claim is settled. */
    aboutToSettle: ({ delivery: { key }, token }: Claim, { verdict, revision }: Settlement) => {
      const known = of(key);
      const { settled } = known;
      known.inHand.delete(token);
      if (verdict.type !== 'Later') known.ended = Math.max(known.ended, revision);
      return (answer: 'Settled' | 'Lost'): void => {
        if (answer === 'Lost' || verdict.type !== 'Delivered') return;
        expectThat(revision >= settled, 'nothing older is settled after something newer', key);
        known.settled = Math.max(known.settled, revision);
      };
    },
    nudged: (key: DeliveryKey) => {
      of(key).nudgedAfter = of(key).claims;
    },
    /** Called before deliveries are looked at. */
    aboutToLook: () => {
      const live = [...seen].map(([name, { accepted }]) => {
        const revisions = accepted.filter(({ lane }) => lane === 'live').map(({ revision }) => revision);
        return [name, Math.max(0, ...revisions)] as const;
      });
      const lastLive = new Map(live);
      return ({ key, state, lane }: Delivery): void => {
        const isOwed = (lastLive.get(JSON.stringify(key)) ?? 0) > of(key).ended;
        expectThat(!(state === 'waiting' && isOwed) || lane === 'live', 'live stays live while it waits', key);
      };
    },
    /** When nothing is left to do. */
    ended: (key: DeliveryKey, { state, done, wanted }: Delivery): void => {
      const { accepted, claims, nudgedAfter } = of(key);
      expectThat(state === 'delivered' && done >= wanted, 'all is delivered in the end', key);
      expectThat(done >= Math.max(0, ...accepted.map(({ revision }) => revision)), 'nothing is lost', key);
      expectThat(nudgedAfter === null || claims > nudgedAfter, 'no nudge is lost', key);
    },
    settledOf: (key: DeliveryKey): number => of(key).settled,
    keys: (): readonly DeliveryKey[] => [...seen.keys()].map((name): DeliveryKey => JSON.parse(name)),
    fail: (what: string, key: DeliveryKey) => expectThat(false, what, key),
  };
};
