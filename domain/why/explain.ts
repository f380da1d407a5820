import type { Definition, GrantFacts } from '../event/facts.ts';
import type { Pass } from '../pass/pass.ts';
import type { Catalog } from '../projection/projection.ts';
import type { States } from '../projection/registry.ts';
import { retailTiers } from '../projection/tier.ts';
import { addDays, dateAt, daysBetween, type LocalDate, sameDayYearAgo } from '../values/calendar.ts';
import { formatMoney } from '../values/money.ts';
import type { Grants } from './grants.ts';
import type { PassPath } from './path.ts';
import type { Sight } from './steps.ts';

/**
 * The rules behind a part of the pass, in words with today's numbers. Optional: a part that nothing is said of here has its steps all the
 * same. What a rule is stands in its projection; a sentence is about it.
 */
export const explain = (
  path: PassPath,
  pass: Pass,
  states: States,
  grants: Grants,
  sight: Sight,
): readonly string[] => {
  if (pass.forgotten === true)
    return ['The member was forgotten: the pass shows nothing any more, whatever is counted.'];
  const today = dateAt(sight.now.at, sight.now.timeZone);
  switch (path.keys[0]) {
    case 'tier':
      return isOfTierRecords(path, states) ? tierOfRecords(states, sight) : tierOfSpend(pass, today);
    case 'spend':
      return [path.keys[1] === 'last12Months' ? windowText(today) : 'Every purchase that counts, whatever its date.'];
    case 'promotions':
      return path.keys[1] === undefined
        ? absentText(grants, sight, today)
        : grantText(grants[path.keys[1]], sight, today);
    default:
      return [];
  }
};

/** The source decides the tier: no spend makes it up. */
export const isOfTierRecords = ({ keys: [first, second] }: PassPath, { holder }: States): boolean =>
  first === 'tier' &&
  second !== 'qualifyingSpend' &&
  holder !== null &&
  holder.standing !== 'forgotten' &&
  holder.tierFrom === 'records';

const windowText = (today: LocalDate): string =>
  `Purchases from ${addDays(sameDayYearAgo(today), 1)} to ${today} count: twelve months, today included.`;

const tierOfSpend = ({ tier }: Pass, today: LocalDate): readonly string[] => {
  const { amount, currency } = tier.qualifyingSpend;
  const reached = retailTiers.tiers.find(({ name }) => name === tier.name);
  const threshold = reached === undefined ? '' : formatMoney(reached.threshold, currency).amount;
  const isLowest = reached === retailTiers.tiers[0];
  return [
    isLowest
      ? `Qualifying ${amount} ${currency}: ${tier.name} is the lowest tier.`
      : `Qualifying ${amount} ${currency} >= ${threshold} for ${tier.name}.`,
    tier.next === null
      ? 'There is no higher tier.'
      : `${tier.next.name} begins at ${tier.next.threshold}: ${tier.next.remaining} ${currency} to go.`,
    windowText(today),
  ];
};

const tierOfRecords = ({ memberTier }: States, { catalog }: Sight): readonly string[] => {
  const held = Object.entries(memberTier).map(([id, { tier, startsOn }]) => {
    const name = tier === null ? null : catalog.tiers?.[tier]?.name;
    return `Record ${id} names ${name ?? 'a tier that nobody described'}${startsOn === null ? '' : `, from ${startsOn}`}.`;
  });
  return [
    'The source decides tiers: of several records the tier with the highest rank shows, else the latest start.',
    ...(held.length === 0 ? ['No record puts the member in a tier.'] : held),
  ];
};

/** What the member was granted and the pass does not show, the latest to end first. */
const absentText = (grants: Grants, { catalog }: Sight, today: LocalDate): readonly string[] => {
  const absent = Object.entries(grants)
    .toSorted(([, a], [, b]) => ((a.validTo ?? '9') < (b.validTo ?? '9') ? 1 : -1))
    .flatMap(([id, grant]) => {
      const definition = definitionOf(grant, catalog);
      const reasons = whyAbsent(grant, definition, today);
      const title = grant.title ?? definition?.title ?? null;
      return reasons.length === 0
        ? []
        : [`Not on the pass: ${title === null ? id : `${title} (${id})`}: ${reasons.join(', ')}.`];
    });
  const more = absent.length - MAX_ABSENT;
  return [...absent.slice(0, MAX_ABSENT), ...(more > 0 ? [`And ${more} more that are not on the pass.`] : [])];
};

const MAX_ABSENT = 10;

const definitionOf = ({ definition }: GrantFacts, { definitions }: Catalog): Definition | undefined =>
  definition === null ? undefined : definitions[definition];

/** A grant on the pass, or every reason why it is not there. */
const grantText = (grant: GrantFacts | undefined, { catalog }: Sight, today: LocalDate): readonly string[] => {
  if (grant === undefined) return ['Not on the pass: it was deleted, or is another member’s now.'];
  const definition = definitionOf(grant, catalog);
  const reasons = whyAbsent(grant, definition, today);
  const ends =
    reasons.length === 0 && grant.validTo !== null
      ? [`Its last day is ${grant.validTo}, ${inDays(daysBetween(today, grant.validTo))}.`]
      : [];
  return [
    ...reasons.map((reason) => `Not on the pass: ${reason}.`),
    ...ends,
    ...(definition === undefined ? [] : [definitionText(grant, definition)]),
  ];
};

const inDays = (days: number): string => (days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`);

/** [] where the grant is available. The conditions of the projection `promotions`, each by itself; a law compares the two. */
export const whyAbsent = (
  grant: GrantFacts,
  definition: Definition | undefined,
  today: LocalDate,
): readonly string[] => [
  ...(grant.state === 'redeemed'
    ? [`it was redeemed${grant.redeemedOn === null ? '' : ` on ${grant.redeemedOn}`}`]
    : []),
  ...(grant.state === 'other' ? [`its status is ${grant.status ?? 'empty'}`] : []),
  ...outside('it', grant.validFrom, grant.validTo, today),
  ...(definition?.exists === false ? [`its definition ${grant.definition} was deleted`] : []),
  ...(definition?.isActive === false ? [`its definition ${grant.definition} is inactive`] : []),
  ...(definition === undefined
    ? []
    : outside(`its definition ${grant.definition}`, definition.startsOn, definition.endsOn, today)),
];

const outside = (what: string, from: LocalDate | null, to: LocalDate | null, today: LocalDate): readonly string[] => [
  ...(from !== null && today < from ? [`${what} is not valid before ${from}`] : []),
  ...(to !== null && today > to ? [`${what} ended on ${to}`] : []),
];

const definitionText = (grant: GrantFacts, { title, terms, startsOn, endsOn, isActive }: Definition): string => {
  const parts = [
    grant.title === null && title !== null ? `it gives the title "${title}"` : null,
    terms === null ? null : `terms "${terms}"`,
    isActive ? 'active' : 'inactive',
    `from ${startsOn ?? 'any day'} to ${endsOn ?? 'no end'}`,
  ];
  return `Definition ${grant.definition}: ${parts.filter((part) => part !== null).join(', ')}.`;
};
