import type { Definition, GrantFacts } from '../event/facts.ts';
import { addDays, dateAt, daysBetween, type LocalDate, startOfDay } from '../values/calendar.ts';
import { formatMoney, type Money } from '../values/money.ts';
import { type CustomView, customOnPass } from './customOnPass.ts';
import { keyed } from './keyed.ts';
import type { Catalog, Projection } from './projection.ts';

/** The member's grants by id. */
export type PromotionsState = Readonly<Record<string, GrantFacts>>;

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
  /** By id. */
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
  version: 1,
  initial: {},
  ...keyed<GrantFacts>((grants, event) => {
    switch (event.type) {
      case 'PromotionGranted':
      case 'PromotionMovedIn':
      case 'PromotionRevised':
      case 'PromotionRedeemed':
        return grants.put(event.grantId, event.current);
      case 'PromotionRevoked':
      case 'PromotionMovedOut':
        return grants.put(event.grantId, undefined);
      default:
        return;
    }
  }),
  view: (state, now, catalog) => {
    const today = dateAt(now.at, now.timeZone);
    const current: PromotionView[] = [];
    const redeemed: { id: string; title: string | null; redeemedOn: LocalDate | null }[] = [];
    for (const [id, grant] of Object.entries(state)) {
      const definition = definitionOf(grant, catalog);
      const title = grant.title ?? definition?.title ?? null;
      if (grant.state === 'redeemed') redeemed.push({ id, title, redeemedOn: grant.redeemedOn });
      if (isAvailable(grant, definition, today)) {
        const { validFrom, validTo, value } = grant;
        current.push({
          id,
          title,
          validFrom,
          validTo,
          state: validTo !== null && daysBetween(today, validTo) <= EXPIRING_DAYS ? 'expiring' : 'available',
          value: value === null ? null : formatMoney(value.minorUnits, value.currency),
          ...customOnPass(definition, grant),
        });
      }
    }
    return { current: current.sort(byEndThenId), redeemed: redeemed.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  },
  nextChangeAt: (state, now, catalog) => {
    const today = dateAt(now.at, now.timeZone);
    let next: LocalDate | null = null;
    for (const grant of Object.values(state)) {
      if (grant.state !== 'available') continue;
      for (const day of turningDays(grant, definitionOf(grant, catalog)))
        if (day > today && (next === null || day < next)) next = day;
    }
    return next === null ? null : startOfDay(next, now.timeZone);
  },
};

/** Ids of the definitions that a member's grants name: a change of one of them may change the pass. */
export const definitionsHeld = (state: PromotionsState): ReadonlySet<string> =>
  new Set(Object.values(state).flatMap(({ definition }) => (definition === null ? [] : [definition])));

const definitionOf = (grant: GrantFacts, catalog: Catalog): Definition | undefined =>
  grant.definition === null ? undefined : catalog.definitions[grant.definition];

/** Dates are inclusive, null is open. A definition that nobody described restricts nothing. */
const isAvailable = (grant: GrantFacts, definition: Definition | undefined, today: LocalDate): boolean =>
  grant.state === 'available' &&
  lies(today, grant.validFrom, grant.validTo) &&
  (definition === undefined ||
    (definition.exists && definition.isActive && lies(today, definition.startsOn, definition.endsOn)));

const lies = (day: LocalDate, from: LocalDate | null, to: LocalDate | null): boolean =>
  (from === null || from <= day) && (to === null || day <= to);

const turningDays = (grant: GrantFacts, definition: Definition | undefined): readonly LocalDate[] => [
  ...(grant.validFrom === null ? [] : [grant.validFrom]),
  ...(grant.validTo === null ? [] : [addDays(grant.validTo, -EXPIRING_DAYS), addDays(grant.validTo, 1)]),
  ...(definition?.startsOn == null ? [] : [definition.startsOn]),
  ...(definition?.endsOn == null ? [] : [addDays(definition.endsOn, 1)]),
];

const byEndThenId = (a: PromotionView, b: PromotionView): number => {
  const endA = a.validTo ?? '9999-99-99';
  const endB = b.validTo ?? '9999-99-99';
  if (endA !== endB) return endA < endB ? -1 : 1;
  return a.id < b.id ? -1 : 1;
};
