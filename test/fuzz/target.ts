import type fc from 'fast-check';

/** What a decoder may make of a case. value: it was understood. aside: it lies in quarantine or among dead letters. refused: by a fault, a 4xx, a usage message. */
export type Outcome = {
  readonly type: 'value' | 'aside' | 'refused';
  /** What was told of it, to whoever sent or lists it: it may not quote the input. */
  readonly told?: unknown;
  /** What was made of it: plain objects only. */
  readonly made?: unknown;
};

/** Breaks its contract: not one of the outcomes. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export type Decoder<Input> = {
  /** Throws whenever the decoder does, and Broken where its answer is none that it may give. */
  readonly play: (input: Input) => Promise<Outcome> | Outcome;
  readonly close?: () => Promise<void>;
};

/** A decoder under fuzz, as data: what goes in, how it is opened, what it may answer. */
export type Target<Input = unknown> = {
  readonly name: string;
  readonly about: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** What broke it once, by what is odd about it: played first, every time. */
  readonly found: Readonly<Record<string, Input>>;
  /** CPU of a case, where more than decoding is asked of it. */
  readonly mostCpuMs?: number;
  readonly open: () => Promise<Decoder<Input>>;
  /** An input as somebody reads it. */
  readonly show: (input: Input) => string;
};

/** Any target beside others: its inputs are its own business. */
// biome-ignore lint/suspicious/noExplicitAny: a list holds targets of different inputs, and each is played with its own.
export type AnyTarget = Target<any>;
