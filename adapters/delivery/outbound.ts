import type { Lane } from './acceptedEvent.ts';
import type { BreakerState } from './breaker.ts';

type Traced = {
  readonly destination: string;
  readonly lane: Lane;
  readonly traceparent: string | null;
  readonly correlationId: string | null;
};

/** One try of one step. Nothing that names a member, a device or a pass. */
export type OutboundLine = Traced & {
  readonly type: 'Outbound';
  readonly step: string;
  /** From 1. */
  readonly try: number;
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly status: number | null;
  readonly reason: string | null;
  readonly durationMs: number;
  /** Before that, for its turn. */
  readonly waitedMs: number;
  /** After the try. */
  readonly breaker: BreakerState;
  readonly bytes: number | null;
};

/** What came of one delivery. */
export type SettledLine = Traced & {
  readonly type: 'Settled';
  readonly verdict: 'Delivered' | 'Confirm' | 'Later' | 'Dead';
  readonly reason: string | null;
  /** In a row, with this one. */
  readonly failures: number;
  readonly steps: number;
  readonly durationMs: number;
  /** Since it began to wait; null: it only looked whether something arrived. */
  readonly waitedMs: number | null;
};

export type EngineLine =
  | OutboundLine
  | SettledLine
  /** Somebody else may have it by now: what was done is done again, with the same absolute values. */
  | { readonly type: 'ClaimLost'; readonly destination: string; readonly lane: Lane }
  /** A defect of ours: name of the error and where, never its message, which may quote what is personal. */
  | {
      readonly type: 'DestinationThrew';
      readonly destination: string;
      readonly fault: string;
      readonly at: readonly string[];
    }
  | {
      readonly type: 'StoreFailed';
      readonly operation: 'due' | 'claim' | 'settle' | 'ahead';
      readonly destination: string;
      readonly reason: string;
    }
  /** So many deliveries were put off by a clock that was ahead, and are due now. */
  | { readonly type: 'ClockWasAhead'; readonly destination: string; readonly deliveries: number }
  /** Alone: the budget that processes share cannot be had, so that a part of the rate is used. */
  | {
      readonly type: 'Paced';
      readonly credential: string;
      readonly how: 'together' | 'alone';
      readonly reason: string | null;
    }
  | {
      readonly type: 'Breaker';
      readonly credential: string;
      readonly state: BreakerState;
      readonly reason: string | null;
    };

export type Tell = (line: EngineLine) => void;

/** Counts, by destination. */
export type OnMetric = (name: 'Delivered' | 'DeliveryFailed' | 'DeliveryDead', destination: string) => void;
