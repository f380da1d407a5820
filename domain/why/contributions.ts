import type { MemberEvent } from '../event/events.ts';
import type { Contribution } from '../event/facts.ts';
import type { Moment } from '../projection/projection.ts';
import { retailTiers } from '../projection/tier.ts';
import { dateAt, type LocalDate, leavesYearOn, sameDayYearAgo } from '../values/calendar.ts';
import { addMinor, formatMoney, type MinorUnits, type Money } from '../values/money.ts';
import type { HistoryEvent } from '../workflow/travel.ts';
import { type AttributeChange, attributesThatMatter } from './attributes.ts';
import type { PassPath } from './path.ts';

/** A value that is a sum over purchases, taken apart. */
export type Sum = {
  /** By currency, listed by code. */
  readonly total: readonly Money[];
  /** How many purchases it is of. */
  readonly purchases: number;
  /** The last of them, as many as were asked for: by date, then by id. */
  readonly counted: readonly Counted[];
  readonly left: LeftOut;
};

export type Counted = {
  readonly purchaseId: string;
  readonly number: string | null;
  readonly boughtOn: LocalDate;
  /** Negative for a reduction. */
  readonly amount: Money;
  readonly minorUnits: MinorUnits;
  readonly isReduction: boolean;
  /** When time alone takes it out of the twelve months. null: it stays in this sum. */
  readonly leavesOn: LocalDate | null;
  /** The last event that told of it. */
  readonly by: HistoryEvent;
  readonly attributes: readonly AttributeChange[];
};

/** How many purchases of the member are not in the sum, by why. */
export type LeftOut = {
  /** Status, amount, currency or date do not let them count. */
  readonly unsound: number;
  readonly otherCurrency: number;
  readonly reductions: number;
  readonly notYet: number;
  readonly noLonger: number;
};

/** mostCounted: so many are listed at most. null: the value is no sum over purchases. */
export const sumOf = (
  path: PassPath,
  history: readonly HistoryEvent[],
  now: Moment,
  mostCounted = Number.POSITIVE_INFINITY,
): Sum | null => {
  const scope = scopeOf(path);
  if (scope === null) return null;
  const today = dateAt(now.at, now.timeZone);
  const left = { unsound: 0, otherCurrency: 0, reductions: 0, notYet: 0, noLonger: 0 };
  const all: Omit<Counted, 'attributes'>[] = [];
  for (const [purchaseId, by] of purchasesOf(history)) {
    const { number, counts } = by.event.current;
    const reason = counts === null ? 'unsound' : whyNot(scope, counts, today);
    if (counts === null || reason !== null) {
      left[reason ?? 'unsound'] += 1;
      continue;
    }
    const { boughtOn, minorUnits, currency, isReduction } = counts;
    all.push({
      ...{ purchaseId, number, boughtOn, minorUnits, isReduction, by },
      amount: formatMoney(minorUnits, currency),
      leavesOn: scope.isWindow ? leavesYearOn(boughtOn) : null,
    });
  }
  all.sort((a, b) => ascending(a.boughtOn, b.boughtOn) || ascending(a.purchaseId, b.purchaseId));
  const counted = all
    .slice(Math.max(0, all.length - mostCounted))
    .map((one) => ({ ...one, attributes: attributesThatMatter(one.by.event, contributionOf) }));
  return { total: totalOf(all), purchases: all.length, counted, left };
};

type Scope = { readonly isWindow: boolean; readonly currency: string | null; readonly withReductions: boolean };

/** Which purchases make up a part of the pass: all, or those of the rolling twelve months. */
const scopeOf = ({ keys: [first, second] }: PassPath): Scope | null => {
  if (first === 'tier') return { isWindow: true, currency: retailTiers.currency, withReductions: true };
  if (first !== 'spend') return null;
  const withReductions = second !== 'purchases' && second !== 'lastPurchaseOn';
  return { isWindow: second === 'last12Months', currency: null, withReductions };
};

const whyNot = (scope: Scope, { boughtOn, currency, isReduction }: Contribution, today: LocalDate) => {
  if (scope.currency !== null && currency !== scope.currency) return 'otherCurrency';
  if (isReduction && !scope.withReductions) return 'reductions';
  if (!scope.isWindow) return null;
  if (boughtOn > today) return 'notYet';
  return boughtOn > sameDayYearAgo(today) ? null : 'noLonger';
};

type Told = HistoryEvent & { readonly event: Extract<MemberEvent, { purchaseId: string; current: object }> };

/** What was last told of each purchase that is the member's. */
const purchasesOf = (history: readonly HistoryEvent[]): ReadonlyMap<string, Told> => {
  const told = new Map<string, Told>();
  for (const happened of history) {
    const { event } = happened;
    if (!('purchaseId' in event)) continue;
    if ('current' in event) told.set(event.purchaseId, { ...happened, event });
    else told.delete(event.purchaseId);
  }
  return told;
};

/** To ask what of an event made a purchase count so. */
const contributionOf = (event: MemberEvent): unknown =>
  'purchaseId' in event && 'current' in event ? event.current.counts : null;

const totalOf = (counted: readonly Pick<Counted, 'minorUnits' | 'amount'>[]): readonly Money[] => {
  const sums = new Map<string, MinorUnits>();
  for (const { minorUnits, amount } of counted)
    sums.set(amount.currency, addMinor(sums.get(amount.currency) ?? 0, minorUnits));
  return [...sums].sort(([a], [b]) => ascending(a, b)).map(([currency, minor]) => formatMoney(minor, currency));
};

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
