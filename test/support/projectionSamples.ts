import fc from 'fast-check';
import { type Catalog, type Mapping, type MemberEvent, type Moment, type Observation, retail } from '#domain/index.ts';
import { catalogArb, memberEventsArb, momentArb } from '#test/support/arbitraries.ts';
import { type FieldValues, saidArb } from '#test/support/saidArb.ts';
import { ADA, type Known, learn, memberEventsOf, nothing } from '#test/support/scenario.ts';

export type LawOptions = {
  /** Whose objects, statuses and custom attributes histories are made of. Default: retail. */
  readonly mapping?: Mapping;
  /** What fields may hold, by API name, where a projection waits for something: { Category__c: fc.constantFrom('Coffee', 'Tea') }. */
  readonly values?: FieldValues;
  /** Further histories to fold. */
  readonly events?: fc.Arbitrary<readonly MemberEvent[]>;
};

/** One member's history and where it is looked at from. */
export type Sample = {
  readonly events: readonly MemberEvent[];
  /** So many of them come before the others. */
  readonly cut: number;
  readonly now: Moment;
  readonly catalog: Catalog;
  /** 0..1: of the way from now to the next change. */
  readonly parts: readonly number[];
};

export const partsArb = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });

/** Any events at all, and such as merge and decide make of what sources say. */
export const sampleArb = ({ mapping = retail, values, events }: LawOptions): fc.Arbitrary<Sample> =>
  fc.record({
    events: fc.oneof(memberEventsArb, historyArb(mapping, values), ...(events === undefined ? [] : [events])),
    cut: fc.nat({ max: 12 }),
    ...{ now: momentArb, catalog: catalogArb },
    parts: partsArb,
  });

/** A member's events as merge and decide make them of what sources say of a mapping's objects. */
export const historyArb = (mapping: Mapping, values?: FieldValues): fc.Arbitrary<readonly MemberEvent[]> =>
  saidArb(mapping, values).map((said) => memberEventsOf(learnIn(mapping, ...said.map((one) => [one])), ADA));

type Said = readonly Observation[];

/** Batch by batch. */
export const learnIn = (mapping: Mapping, ...batches: readonly Said[]): Known =>
  batches.reduce((known, batch) => learn(known, batch, mapping), nothing);

/** The same history twice: all of it, some of it again, in some order and in batches of some size. */
export const twoDeliveriesArb = (
  mapping: Mapping,
  values?: FieldValues,
): fc.Arbitrary<readonly [readonly Said[], readonly Said[]]> =>
  saidArb(mapping, values).chain((said) => fc.tuple(deliveryArb(said), deliveryArb(said)));

const deliveryArb = (said: Said): fc.Arbitrary<readonly Said[]> =>
  fc
    .tuple(
      fc
        .subarray([...said])
        .chain((again) => fc.shuffledSubarray([...said, ...again], { minLength: said.length + again.length })),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([all, size]) =>
      Array.from({ length: Math.ceil(all.length / size) }, (_, batch) => all.slice(batch * size, (batch + 1) * size)),
    );

const DAY_MS = 86_400_000;

/** Until the change: its end, some between, and a day, two, four … ahead. Without a change: three years. */
export const instantsUntil = (now: number, change: number | null, parts: readonly number[]): readonly number[] => {
  const last = (change ?? now + 3 * 366 * DAY_MS) - 1;
  const ahead = Array.from({ length: 10 }, (_, power) => now + 2 ** power * DAY_MS).filter((at) => at < last);
  return [last, ...ahead, ...parts.map((part) => now + Math.floor((last - now) * part))];
};
