import * as E from 'fp-ts/lib/Either.js';
import { type Clock, type EventStore, failureText, memberStream, type ViewStore } from '#domain/index.ts';
import type { SampleEditTaken, SampleMember } from '../http/answers/sample.ts';
import { editEntry, type SampleEdit } from '../sample/edits.ts';
import { commitNumberAt } from '../sample/ledger.ts';
import { openOrders } from '../sample/openOrders.ts';
import type { LocalBuses } from './bus.ts';

export type SampleEditDeps = {
  readonly views: Pick<ViewStore, 'load'>;
  readonly events: Pick<EventStore, 'load'>;
  readonly buses: Pick<LocalBuses, 'putEvents' | 'head'>;
  readonly clock: Clock;
};

/** What somebody asks for; an order is named by its id. */
export type AskedEdit =
  | Exclude<SampleEdit, { readonly type: 'return' }>
  | { readonly type: 'return'; readonly memberId: string; readonly orderId: string };

export type EditRefusal = {
  readonly type: 'UnknownMember' | 'UnknownOrder' | 'UnknownVoucher' | 'Unavailable';
  readonly message: string;
};

export type SampleEdits = {
  readonly member: (memberId: string) => Promise<E.Either<EditRefusal, SampleMember>>;
  /** Durable on the source bus when it resolves; nobody waits for what comes of it. */
  readonly put: (edit: AskedEdit) => Promise<E.Either<EditRefusal, SampleEditTaken>>;
};

/** Changes that somebody makes in the sample org, told as Salesforce would and taken in as anything is. */
export const sampleEdits = (deps: SampleEditDeps): SampleEdits => {
  const places = placesFrom(deps.clock);

  const member: SampleEdits['member'] = async (memberId) => {
    const live = await deps.views.load(memberId)();
    if (E.isLeft(live)) return unavailable(failureText(live.left));
    if (live.right.asOf === 0) return refused('UnknownMember', `No member ${memberId}`);
    const commits = await deps.events.load(memberStream(memberId))();
    if (E.isLeft(commits)) return unavailable(failureText(commits.left));
    const promotions = live.right.pass?.promotions ?? [];
    return E.right({
      memberId,
      orders: openOrders(commits.right.flatMap(({ events }) => events)).slice(0, MOST),
      vouchers: promotions.map(({ id, title, validTo, value }) => ({ id, title, validTo, value })),
    });
  };

  return {
    member,
    put: async (asked) => {
      const known = await member(asked.memberId);
      if (E.isLeft(known)) return known;
      const edit = editOf(asked, known.right);
      if (E.isLeft(edit)) return edit;
      const [live, sequence] = await Promise.all([deps.views.load(asked.memberId)(), deps.buses.head('wallet')]);
      if (E.isLeft(live)) return unavailable(failureText(live.left));
      const { Time, ...entry } = editEntry(edit.right, places());
      const put = await deps.buses.putEvents('source', [{ ...entry, Time: new Date(Time * 1000) }])();
      if (E.isLeft(put)) return unavailable(put.left.message);
      const [outcome] = put.right;
      if (outcome?.type !== 'accepted') return unavailable('the bus did not take the entry');
      const { asOf, revision, pass } = live.right;
      return E.right({
        ...{ traceId: outcome.eventId, memberId: asked.memberId, entry, sequence: Number(sequence) },
        acknowledgedAt: new Date(deps.clock()).toISOString(),
        before: { version: asOf, revision, pass },
      });
    },
  };
};

/** Orders to choose from. */
const MOST = 50;

const editOf = (asked: AskedEdit, { orders, vouchers }: SampleMember): E.Either<EditRefusal, SampleEdit> => {
  if (asked.type === 'redemption' && !vouchers.some(({ id }) => id === asked.voucherId))
    return refused('UnknownVoucher', `No voucher ${asked.voucherId} that could be redeemed`);
  if (asked.type !== 'return') return E.right(asked);
  const order = orders.find(({ id }) => id === asked.orderId);
  if (order === undefined) return refused('UnknownOrder', `No order ${asked.orderId} that could be returned`);
  return E.right({ type: 'return', memberId: asked.memberId, order });
};

/** Above every serial of the sample year and of its life since. */
const FIRST_SERIAL = 901_000_000;
/** Up to what an id can hold. */
const SERIALS = 15_000_000;

/** Ids and commit numbers that no other change has: both follow the clock, tenths of a second and nanoseconds of it. */
const placesFrom = (clock: Clock) => {
  let serial = 0;
  let commitNumber = 0n;
  return () => {
    const nowMs = clock();
    serial = Math.max(serial + 1, FIRST_SERIAL + (Math.floor(nowMs / 100) % SERIALS));
    commitNumber = commitNumberAt(nowMs, commitNumber);
    return { nowMs, serial, commitNumber };
  };
};

const refused = (type: EditRefusal['type'], message: string): E.Either<EditRefusal, never> => E.left({ type, message });
const unavailable = (message: string): E.Either<EditRefusal, never> => refused('Unavailable', message);
