import * as t from 'io-ts';
import type { Limits } from './destination.ts';

/** A value of a configuration that says what was expected, in words for whoever wrote it. */
const valueThat = <A>(expected: string, is: (value: unknown) => value is A) =>
  new t.Type<A, A, unknown>(
    expected,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  );

export const textThat = (expected: string, isSuch: (text: string) => boolean) =>
  valueThat(expected, (value): value is string => typeof value === 'string' && isSuch(value));

export const numberBetween = (least: number, most: number) =>
  valueThat(
    `a number from ${least} to ${most}`,
    (value): value is number => typeof value === 'number' && value >= least && value <= most,
  );

export const wholeBetween = (least: number, most: number) =>
  valueThat(
    `a whole number from ${least} to ${most}`,
    (value): value is number => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );

/** What of a destination's limits a configuration may say; the rest is the destination's own. */
export const LimitsSettings = t.readonly(
  t.partial({
    perSecond: numberBetween(0.01, 10_000),
    burst: wholeBetween(0, 10_000),
    concurrent: wholeBetween(1, 1_000),
    concurrentBulk: wholeBetween(1, 1_000),
    tryTimeoutMs: wholeBetween(100, 60_000),
    deadlineMs: wholeBetween(100, 600_000),
    tries: wholeBetween(1, 10),
  }),
);
export type LimitsSettings = t.TypeOf<typeof LimitsSettings>;

export const limitsOf = (said: LimitsSettings | undefined, otherwise: Limits): Limits => ({ ...otherwise, ...said });
