import type { Definition, GrantFacts } from '../event/facts.ts';
import { addDays, dateAt, type LocalDate, leavesYearOn, sameDayYearAgo, startOfDay } from '../values/calendar.ts';
import { formatMoney, type Money } from '../values/money.ts';
import { type CustomView, customOnPass } from './customOnPass.ts';
import { keyed } from './keyed.ts';
import type { Catalog, Projection } from './projection.ts';
import { firstDayInSight } from './twelveMonths.ts';

/**
 * The grants that a view tells of, by id. An event carries all of a grant, so one that is over or was never available needs nothing to be kept: a
 * correction brings it back whole. Of a redeemed one only what the list says of it.
 */
export type PromotionsState = Readonly<Record<string, AvailableGrant | RedeemedGrant>>;
type AvailableGrant = Omit<GrantFacts, 'state' | 'status' | 'redeemedOn'> & { readonly state: 'available' };
/** definition: where the title is to be found; null: it is here. */
type RedeemedGrant = Pick<GrantFacts, 'title' | 'definition' | 'redeemedOn'> & { readonly state: 'redeemed' };

export type PromotionView = {
  readonly id: string;
  readonly title: string | null;
  readonly validFrom: LocalDate | null;
  readonly validTo: LocalDate | null;
  readonly state: 'available' | 'expiring';
  readonly value: Money | null;
  /** Of the definition and of the grant, whose own values win. Absent: the mapping shows none. */
  readonly custom?: CustomView;
};

export type PromotionsView = {
  /** By end date (no end last), then by id. */
  readonly current: readonly PromotionView[];
  /** In the last twelve months, or on a day that is not known. By id. */
  readonly redeemed: readonly {
    readonly id: string;
    readonly title: string | null;
    readonly redeemedOn: LocalDate | null;
  }[];
};

/** A grant is expiring from this many days before its last day. */
const EXPIRING_DAYS = 6;

export const promotions: Projection<PromotionsState, PromotionsView> = {
  name: 'promotions',
  version: 2,
  initial: {},
  ...keyed<PromotionsState[string]>((grants, event) => {
    switch (event.type) {
      case 'PromotionGranted':
      case 'PromotionMovedIn':
      case 'PromotionRevised':
      case 'PromotionRedeemed':
        return grants.put(event.grantId, kept(event.current));
      case 'PromotionRevoked':
      case 'PromotionMovedOut':
        return grants.put(event.grantId, undefined);
      default:
        return;
    }
  }),
  // Time alone does not bring back what has ended.
  compact: (state, at) => {
    const first = firstDayInSight(at);
    const isOver = (grant: PromotionsState[string]): boolean =>
      grant.state === 'available' ? hasEnded(grant, first) : grant.redeemedOn !== null && grant.redeemedOn < first;
    return Object.values(state).some(isOver)
      ? Object.fromEntries(Object.entries(state).filter(([, grant]) => !isOver(grant)))
      : state;
  },
  view: (state, now, catalog) => {
    const today = dateAt(now.at, now.timeZone);
    const yearAgo = sameDayYearAgo(today);
    const expiringTo = addDays(today, EXPIRING_DAYS);
    const current: PromotionView[] = [];
    const redeemed: { id: string; title: string | null; redeemedOn: LocalDate | null }[] = [];
    for (const [id, grant] of Object.entries(state)) {
      const definition = definitionOf(grant, catalog);
      const title = grant.title ?? definition?.title ?? null;
      if (grant.state === 'redeemed' && (grant.redeemedOn ?? today) > yearAgo)
        redeemed.push({ id, title, redeemedOn: grant.redeemedOn });
      if (grant.state === 'available' && isAvailable(grant, definition, today)) {
        const { validFrom, validTo, value } = grant;
        current.push({
          id,
          title,
          validFrom,
          validTo,
          state: validTo !== null && validTo <= expiringTo ? 'expiring' : 'available',
          value: value === null ? null : formatMoney(value.minorUnits, value.currency),
          ...customOnPass(definition, grant),
        });
      }
    }
    return { current: current.sort(byEndThenId), redeemed: redeemed.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  },
  // The earliest day of each kind is looked for as it stands, and counted on from once: grants are many, and this is asked at every fold.
  nextChangeAt: (state, now, catalog) => {
    const today = dateAt(now.at, now.timeZone);
    const yearAgo = sameDayYearAgo(today);
    const yesterday = addDays(today, -1);
    const expiringTo = addDays(today, EXPIRING_DAYS);
    let begins: LocalDate | null = null;
    let expires: LocalDate | null = null;
    let ends: LocalDate | null = null;
    let redeemed: LocalDate | null = null;
    for (const grant of Object.values(state)) {
      if (grant.state === 'redeemed') {
        redeemed = earlier(redeemed, grant.redeemedOn, yearAgo);
        continue;
      }
      if (hasEnded(grant, today)) continue;
      begins = earlier(begins, grant.validFrom, today);
      expires = earlier(expires, grant.validTo, expiringTo);
      ends = earlier(ends, grant.validTo, yesterday);
      const definition = definitionOf(grant, catalog);
      begins = earlier(begins, definition?.startsOn ?? null, today);
      ends = earlier(ends, definition?.endsOn ?? null, yesterday);
    }
    const turns = [
      begins,
      expires && addDays(expires, -EXPIRING_DAYS),
      ends && addDays(ends, 1),
      redeemed && leavesYearOn(redeemed),
    ];
    const next = turns.reduce((first, day) => earlier(first, day, today), null);
    return next === null ? null : startOfDay(next, now.timeZone);
  },
};

/** Of two days the first, as far as the second lies after a third. */
const earlier = (first: LocalDate | null, day: LocalDate | null, after: LocalDate): LocalDate | null =>
  day !== null && day > after && (first === null || day < first) ? day : first;

/** undefined: no view tells of it. */
const kept = (grant: GrantFacts): PromotionsState[string] | undefined => {
  const { state, status: _, redeemedOn, ...facts } = grant;
  const { title, definition } = facts;
  if (state === 'available') return { ...facts, state };
  return state === 'redeemed'
    ? { state, title, definition: title === null ? definition : null, redeemedOn }
    : undefined;
};

/** Ids of the definitions that a member's grants name: a change of one of them may change the pass. */
export const definitionsHeld = (state: PromotionsState): ReadonlySet<string> =>
  new Set(Object.values(state).flatMap(({ definition }) => (definition === null ? [] : [definition])));

const definitionOf = (grant: Pick<GrantFacts, 'definition'>, catalog: Catalog): Definition | undefined =>
  grant.definition === null ? undefined : catalog.definitions[grant.definition];

/** Dates are inclusive, null is open. A definition that nobody described restricts nothing. */
const isAvailable = (grant: AvailableGrant, definition: Definition | undefined, today: LocalDate): boolean =>
  lies(today, grant.validFrom, grant.validTo) &&
  (definition === undefined ||
    (definition.exists && definition.isActive && lies(today, definition.startsOn, definition.endsOn)));

const hasEnded = ({ validTo }: AvailableGrant, today: LocalDate): boolean => validTo !== null && validTo < today;

const lies = (day: LocalDate, from: LocalDate | null, to: LocalDate | null): boolean =>
  (from === null || from <= day) && (to === null || day <= to);

const byEndThenId = (a: PromotionView, b: PromotionView): number => {
  const endA = a.validTo ?? '9999-99-99';
  const endB = b.validTo ?? '9999-99-99';
  if (endA !== endB) return endA < endB ? -1 : 1;
  return a.id < b.id ? -1 : 1;
};
