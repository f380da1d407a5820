import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import {
  type Append,
  type DomainEvent,
  emptyHead,
  type Head,
  type MemberFacts,
  memberStream,
  type Origin,
  type SourceRecord,
  type StreamName,
} from '#domain/index.ts';

/** The result, or a test that fails. */
export const got = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(`expected a result, got ${JSON.stringify(result.left)}`);
  return result.right;
};

/** The failure, or a test that fails. */
export const refused = async <L, A>(task: TaskEither<L, A>): Promise<L> => {
  const result = await task();
  if (E.isRight(result)) throw new Error(`expected a failure, got ${JSON.stringify(result.right)}`);
  return result.left;
};

export const memberId = '003A00000000001AAA';
export const stream: StreamName = memberStream(memberId);
export const origin: Origin = { type: 'event', eventId: 'e-1' };
export const at = Date.parse('2026-03-04T05:06:07.000Z');

/** A millisecond later at every look. */
export const tickingClock = (): (() => number) => {
  let now = at;
  return () => ++now;
};

export const memberFacts = (firstName: string | null): MemberFacts => ({
  standing: 'active',
  number: 'M-1',
  memberSince: '2020-01-01',
  mergedInto: null,
  personal: { firstName, lastName: 'Roth', email: null },
});

export const enrolled = (firstName: string): DomainEvent => ({
  type: 'MemberEnrolled',
  current: memberFacts(firstName),
});

export const renamed = (from: string, to: string): DomainEvent => ({
  type: 'MemberDetailsChanged',
  previous: memberFacts(from),
  current: memberFacts(to),
});

export const bought = (purchaseId: string, number: string | null = null): DomainEvent => ({
  type: 'PurchaseRecorded',
  purchaseId,
  current: {
    number,
    boughtOn: '2026-03-01',
    status: 'Activated',
    amount: '12.5',
    currency: 'EUR',
    isReduction: false,
    originalPurchase: null,
    counts: { boughtOn: '2026-03-01', currency: 'EUR', minorUnits: 1250, isReduction: false },
  },
});

export const appendOf = (events: readonly DomainEvent[], head: Head = emptyHead(stream)): Append => ({
  head,
  events,
  recordedAt: at,
  origin,
  lane: 'live',
});

export const stampOf = (second: number): string => `${String(second).padStart(10, '0')}:1:0`;

export const contactRecord = (fields: Readonly<Record<string, string | null>>, second = 1): SourceRecord => ({
  ref: { object: 'Contact', id: memberId },
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value, stamp: stampOf(second) }])),
  existence: { says: 'exists', stamp: `${String(second * 1000).padStart(15, '0')}:1:0` },
  gap: null,
});
