/** live is never kept waiting by bulk, to the very last step. */
export type Lane = 'live' | 'bulk';

/** An event as it came in, whatever envelope it came in. Named by source and id, as CloudEvents names events. */
export type AcceptedEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly lane: Lane;
  /** Of a wallet event; null: of another event. changed: what differs from the revision before, such as "tier.name". */
  readonly pass: { readonly memberId: string; readonly revision: number; readonly changed: readonly string[] } | null;
  /** W3C trace context. */
  readonly traceparent: string | null;
  readonly correlationId: string | null;
  /** JSON text: { id, source, type, time, data, relayedAt? }. A wallet event's data is its detail. */
  readonly content: string;
};

/** Accepted: it waits now for every destination that wants it. Duplicate: it did before, or what came after it does. Unavailable: nobody knows; said again it is stored once. */
export type Acceptance = 'Accepted' | 'Duplicate' | 'Unavailable';
