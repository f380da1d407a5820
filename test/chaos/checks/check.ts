import { setTimeout } from 'node:timers/promises';
import type { WalletEvent } from '#domain/index.ts';
import type { Org } from '#test/support/org.ts';
import type { Held, System } from '../system.ts';

/** What is looked at once the system has come to rest. members: null for all of them. */
export type AtRest = {
  readonly system: System;
  readonly org: Org;
  readonly members: ReadonlySet<string>;
  readonly published: readonly WalletEvent['detail'][];
  /** After its first work, before anybody harmed it. */
  readonly atFirst: Held;
};

/** always: after every fault, of the members that it may have concerned. last: when all is over, of everybody. */
export type Check = {
  readonly promise: string;
  readonly when: 'always' | 'last';
  /** How long it may take until it holds; where it is not said, it holds at once. */
  readonly withinMs?: number;
  /** What does not hold, a line each. */
  readonly look: (rest: AtRest) => Promise<readonly string[]>;
};

/** [] as soon as it holds; else what was seen last. */
export const lookPatiently = async ({ look, withinMs = 0 }: Check, rest: AtRest): Promise<readonly string[]> => {
  for (const until = performance.now() + withinMs; ; await setTimeout(AGAIN_MS)) {
    const seen = await look(rest).catch((error: unknown) => [String(error)]);
    if (seen.length === 0 || performance.now() >= until) return seen;
  }
};
const AGAIN_MS = 200;

/** Several at once, in the order of the list. */
export const inParallel = async <A, B>(items: Iterable<A>, ask: (item: A) => Promise<B>): Promise<readonly B[]> => {
  const list = [...items];
  const answers: B[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < list.length; at = next++) answers[at] = await ask(list[at] as A);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return answers;
};
