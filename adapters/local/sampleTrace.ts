import * as E from 'fp-ts/lib/Either.js';
import {
  type EventStore,
  failureText,
  memberStream,
  originText,
  type QuarantineStore,
  type ReadFailure,
  type ViewStore,
  type WalletEvent,
} from '#domain/index.ts';
import type { CarriedEvent } from '../http/answers/busEvents.ts';
import type { SampleTrace } from '../http/answers/sample.ts';
import { readEvents } from '../http/busEventApi.ts';
import { isoText } from '../isoText.ts';
import type { MemberDelivery } from '../middleware/deliveriesApi.ts';
import type { LocalBuses } from './bus.ts';
import { walletEventIn } from './walletEventIn.ts';

export type SampleTraceDeps = {
  readonly views: Pick<ViewStore, 'load'>;
  readonly events: Pick<EventStore, 'load'>;
  readonly quarantine: Pick<QuarantineStore, 'list'>;
  readonly buses: Pick<LocalBuses, 'read'>;
  readonly middlewareUrl: string;
};

/** Which change is followed, and what there was before it. */
export type TraceStart = {
  readonly traceId: string;
  readonly memberId: string;
  readonly version: number;
  readonly sequence: number;
};

/** What came of a change so far, read where each part of the chain leaves it: log, LIVE, wallet bus, middleware. */
export const sampleTrace =
  (deps: SampleTraceDeps) =>
  async ({ traceId, memberId, version, sequence }: TraceStart): Promise<E.Either<string, SampleTrace>> => {
    const commits = await deps.events.load(memberStream(memberId), { from: version + 1 })();
    if (E.isLeft(commits)) return said(commits);
    const ofTrace = commits.right.filter(({ origin }) => origin.type === 'event' && origin.eventId === traceId);
    const events = ofTrace.flatMap(({ version: first, events: ofCommit, recordedAt }) =>
      ofCommit.map(({ type }, index) => ({ version: first + index, type, recordedAt: isoText(recordedAt) })),
    );
    const live = await deps.views.load(memberId)();
    if (E.isLeft(live)) return said(live);
    const last = events.at(-1)?.version ?? null;
    const refused = last === null ? await refusalOf(deps, traceId) : null;
    const wallet = last === null ? null : await walletEventOf(deps, memberId, last, sequence);
    return E.right({
      ...{ traceId, events, refused, wallet },
      now: { version: live.right.asOf, revision: live.right.revision, pass: live.right.pass },
      deliveries: wallet === null ? [] : await deliveriesOf(deps, memberId),
    });
  };

/** The first event of the member that has folded the change, whatever else it folded with it. */
const walletEventOf = async (
  { buses }: SampleTraceDeps,
  memberId: string,
  version: number,
  sequence: number,
): Promise<SampleTrace['wallet']> => {
  for (let after = sequence; ; ) {
    const page = await readEvents({ buses }, 'wallet', after, PAGE);
    for (const event of page) {
      if (Object(Object(event.detail).metadata).memberId !== memberId) continue;
      const detail = walletEventIn(event);
      if (detail !== null && detail.metadata.asOfVersion >= version) return walletText(event, detail);
    }
    if (page.length < PAGE) return null;
    after = page.at(-1)?.sequence ?? after;
  }
};
const PAGE = 1_000;

const walletText = (
  { sequence, 'detail-type': type }: CarriedEvent,
  { metadata: { revision, occurredAt }, data: { changed, pass } }: WalletEvent['detail'],
): SampleTrace['wallet'] => ({ sequence, type, revision, occurredAt, changed, pass });

const refusalOf = async ({ quarantine }: SampleTraceDeps, traceId: string): Promise<SampleTrace['refused']> => {
  // Ids of input begin with where it came from, so what comes after this text is of this event first.
  const listed = await quarantine.list(`input: ${originText({ type: 'event', eventId: traceId })}`, 1)();
  const item = E.isRight(listed) ? listed.right.items[0] : undefined;
  return item?.origin.type === 'event' && item.origin.eventId === traceId
    ? { path: item.path, reason: item.reason }
    : null;
};

/** Every destination, also one that has heard nothing of the member yet. */
const deliveriesOf = async (
  { middlewareUrl }: SampleTraceDeps,
  memberId: string,
): Promise<SampleTrace['deliveries']> => {
  const [destinations, deliveries] = await Promise.all([
    asked<{ readonly name: string }>(`${middlewareUrl}/api/destinations`),
    asked<MemberDelivery>(`${middlewareUrl}/api/deliveries?member=${encodeURIComponent(memberId)}`),
  ]);
  if (destinations === null || deliveries === null) return null;
  return destinations.map(({ name }) => {
    const found = deliveries.find(({ destination }) => destination === name);
    if (found === undefined) return { ...nothingYet, destination: name };
    const { state, done, wanted, reason, steps } = found;
    return {
      ...{ destination: name, state, done, wanted, reason },
      steps: steps.map(({ step, at, outcome, status }) => ({ step, at, outcome, status })),
    };
  });
};

const nothingYet = { state: 'none', done: 0, wanted: 0, reason: null, steps: [] } as const;

/** [] where it knows nothing of it, null where it does not answer. */
const asked = async <Item>(url: string): Promise<readonly Item[] | null> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    if (answer.status === 404) return [];
    return answer.ok ? ((await answer.json()) as { readonly items: readonly Item[] }).items : null;
  } catch {
    return null;
  }
};

const said = ({ left }: E.Left<ReadFailure>): E.Either<string, never> => E.left(failureText(left));
