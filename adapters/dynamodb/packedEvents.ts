import {
  type DomainEvent,
  type EventType,
  forgottenFacts,
  mapPersonalFacts,
  type Origin,
  type SealedFacts,
} from '#domain/index.ts';

/**
 * Stored format 2, version with care: an event as a list, [code, id, facts], where format 1 has an object that names everything.
 * Over 10,000 events: 106 bytes each for 327, 0.79 µs to parse for 1.56 (medians of CPU time, in turn, 2026-11-22, two busy cores).
 *
 *   facts    the values in the order of FACTS; behind them, where it has others, an object of those
 *   current  after previous facts: only what differs, [place, value, place, value, ...]
 *   counts   of a purchase: the minor units alone, where the rest is what the purchase says
 *
 * What does not fit stays the object it is. Frozen: types may be added, codes and places never change.
 */
type Facts = Record<string, unknown>;
type Values = readonly unknown[];

const FACTS = {
  member: (v: Values): Facts => ({ standing: v[0], number: v[1], memberSince: v[2], mergedInto: v[3], personal: v[4] }),
  purchase: (v: Values): Facts => ({
    number: v[0],
    boughtOn: v[1],
    status: v[2],
    amount: v[3],
    currency: v[4],
    isReduction: v[5],
    originalPurchase: v[6],
    counts: isMinorUnits(v[7]) ? { boughtOn: v[1], currency: v[4], minorUnits: v[7], isReduction: v[5] } : v[7],
  }),
  grant: (v: Values): Facts => ({
    definition: v[0],
    title: v[1],
    status: v[2],
    state: v[3],
    validFrom: v[4],
    validTo: v[5],
    redeemedOn: v[6],
    value: v[7],
  }),
  definition: (v: Values): Facts => ({ title: v[0], terms: v[1], startsOn: v[2], endsOn: v[3], isActive: v[4] }),
  memberTier: (v: Values): Facts => ({ tier: v[0], startsOn: v[1], endsOn: v[2] }),
  tier: (v: Values): Facts => ({ name: v[0], rank: v[1] }),
  points: (v: Values): Facts => ({ name: v[0], balance: v[1] }),
  /** Sealed, never among the events themselves. */
  personal: (v: Values): Facts => ({ firstName: v[0], lastName: v[1], email: v[2] }),
};

/** code, name of the id, facts, parts. */
type Layout = readonly [string, string | null, FactsName, 'previous' | 'current' | 'both'];
type FactsName = keyof typeof FACTS;

/** null: it has no facts, and stays the object it is. */
const EVENTS: Readonly<Record<EventType, Layout | null>> = {
  MemberEnrolled: ['me', null, 'member', 'current'],
  MemberDetailsChanged: ['mc', null, 'member', 'both'],
  MemberWithdrawn: ['mw', null, 'member', 'current'],
  MemberReinstated: ['mr', null, 'member', 'current'],
  MemberForgotten: null,
  PurchaseRecorded: ['pr', 'purchaseId', 'purchase', 'current'],
  PurchaseCorrected: ['pc', 'purchaseId', 'purchase', 'both'],
  PurchaseVoided: ['pv', 'purchaseId', 'purchase', 'previous'],
  PurchaseMovedOut: ['po', 'purchaseId', 'purchase', 'previous'],
  PurchaseMovedIn: ['pi', 'purchaseId', 'purchase', 'current'],
  PromotionGranted: ['gg', 'grantId', 'grant', 'current'],
  PromotionRevised: ['gc', 'grantId', 'grant', 'both'],
  PromotionRedeemed: ['gr', 'grantId', 'grant', 'both'],
  PromotionRevoked: ['gv', 'grantId', 'grant', 'previous'],
  PromotionMovedOut: ['go', 'grantId', 'grant', 'previous'],
  PromotionMovedIn: ['gi', 'grantId', 'grant', 'current'],
  MemberTierSet: ['ts', 'recordId', 'memberTier', 'current'],
  MemberTierChanged: ['tc', 'recordId', 'memberTier', 'both'],
  MemberTierEnded: ['te', 'recordId', 'memberTier', 'previous'],
  PointsOpened: ['bo', 'recordId', 'points', 'current'],
  PointsBalanceChanged: ['bc', 'recordId', 'points', 'both'],
  PointsClosed: ['bx', 'recordId', 'points', 'previous'],
  PromotionDefined: ['dd', 'definitionId', 'definition', 'current'],
  PromotionRedefined: ['dc', 'definitionId', 'definition', 'both'],
  PromotionRetired: ['dx', 'definitionId', 'definition', 'previous'],
  TierDefined: ['ld', 'tierId', 'tier', 'current'],
  TierRedefined: ['lc', 'tierId', 'tier', 'both'],
  TierRetired: ['lx', 'tierId', 'tier', 'previous'],
};

/** An event whose personal facts are numbers already. */
export const packEvent = (event: DomainEvent): unknown => {
  const layout = EVENTS[event.type];
  if (layout === null) return event;
  const [code, idName, factsName, parts] = layout;
  const { previous, current, ...rest }: Facts = event;
  const names = idName === null ? ['type'] : ['type', idName];
  if (names.some((name) => typeof rest[name] !== 'string') || Object.keys(rest).length !== names.length) return event;
  const head = idName === null ? [code] : [code, rest[idName]];
  if (parts !== 'both') return [...head, packFacts(factsName, parts === 'current' ? current : previous)];
  const before = packFacts(factsName, previous);
  return [...head, before, differences(before, packFacts(factsName, current)) ?? current];
};

const packFacts = (factsName: FactsName, facts: unknown): unknown => {
  if (!isObject(facts)) return facts;
  const names = namesOf[factsName];
  const values = names.map((name) => facts[name]);
  // JSON has no undefined: it would come back as null.
  if (values.includes(undefined)) return facts;
  if (factsName === 'purchase') values[7] = shortCounts(facts);
  const others = Object.entries(facts).filter(([name]) => !names.includes(name));
  return others.length === 0 ? values : [...values, Object.fromEntries(others)];
};

const shortCounts = ({ counts, boughtOn, currency, isReduction }: Facts): unknown =>
  isObject(counts) &&
  Object.keys(counts).length === 4 &&
  isMinorUnits(counts.minorUnits) &&
  counts.boughtOn === boughtOn &&
  counts.currency === currency &&
  counts.isReduction === isReduction
    ? counts.minorUnits
    : counts;

/** null: they are not of one length, or not lists. */
const differences = (before: unknown, after: unknown): Values | null => {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return null;
  return after.flatMap((value, place) =>
    value === before[place] || JSON.stringify(value) === JSON.stringify(before[place]) ? [] : [place, value],
  );
};

/** What its codec is to judge: the event as it was, personal facts in the place of their number. */
export const unpackEvent = (packed: unknown, personal: readonly SealedFacts[]): unknown => {
  if (Array.isArray(packed)) return unpackers[packed[0]]?.(packed, personal) ?? { type: packed[0] };
  return mapPersonalFacts(packed, (number, partOf) => personalFacts(personal, number, partOf));
};

type Unpack = (packed: Values, personal: readonly SealedFacts[]) => unknown;

/** Made as text, so that each type has a literal of its own and its objects one shape. */
const unpackerOf = (type: string, [, idName, factsName, parts]: Layout): Unpack => {
  const at = idName === null ? 1 : 2;
  const named = idName === null ? '' : `${idName}: v[1], `;
  const first = `unpack(v[${at}], personal)`;
  const second = `unpack(changed(v[${at}], v[${at + 1}]), personal)`;
  const made = parts === 'both' ? `previous: ${first}, current: ${second}` : `${parts}: ${first}`;
  const source = `return (v, personal) => ({ type: '${type}', ${named}${made} });`;
  return new Function('unpack', 'changed', source)(unpackFacts(factsName), changed);
};

const unpackFacts = (factsName: FactsName) => {
  const toFacts = FACTS[factsName];
  const places = namesOf[factsName].length;
  return (values: unknown, personal: readonly SealedFacts[]): unknown => {
    let facts = Array.isArray(values) ? toFacts(values) : values;
    if (Array.isArray(values) && values.length > places) facts = { ...toFacts(values), ...values[places] };
    if (isObject(facts) && 'personal' in facts) facts.personal = personalFacts(personal, facts.personal, facts);
    return facts;
  };
};

/** undefined: they do not fit. */
const changed = (before: unknown, differences: unknown): unknown => {
  if (!Array.isArray(differences)) return differences;
  if (!Array.isArray(before)) return undefined;
  const after = before.slice();
  for (let at = 0; at < differences.length; at += 2) {
    if (!(differences[at] in after)) return undefined;
    after[differences[at]] = differences[at + 1];
  }
  return after;
};

/** What is left where the key was destroyed before the commit was written, too. */
export const personalFacts = (personal: readonly SealedFacts[], number: unknown, partOf: object): unknown =>
  typeof number === 'number' ? (personal[number] ?? forgottenFacts(partOf)) : number;

export const packPersonal = (facts: unknown): unknown => packFacts('personal', facts);
export const unpackPersonal = (packed: unknown): unknown => toPersonal(packed, []);

export const packOrigin = (origin: Origin): unknown =>
  origin.type === 'event' ? origin.eventId : [origin.file, origin.offset];

/** What its codec is to judge. */
export const unpackOrigin = (packed: unknown): unknown =>
  Array.isArray(packed) ? { type: 'file', file: packed[0], offset: packed[1] } : { type: 'event', eventId: packed };

const isMinorUnits = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string';
const isObject = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const namesIn = (factsName: FactsName): readonly string[] => Object.keys(FACTS[factsName]([]));
const namesOf: Readonly<Record<FactsName, readonly string[]>> = {
  member: namesIn('member'),
  purchase: namesIn('purchase'),
  grant: namesIn('grant'),
  definition: namesIn('definition'),
  memberTier: namesIn('memberTier'),
  tier: namesIn('tier'),
  points: namesIn('points'),
  personal: namesIn('personal'),
};

const unpackers: Readonly<Record<string, Unpack>> = Object.assign(
  Object.create(null),
  Object.fromEntries(
    Object.entries(EVENTS).flatMap(([type, layout]) =>
      layout === null ? [] : [[layout[0], unpackerOf(type, layout)]],
    ),
  ),
);
const toPersonal = unpackFacts('personal');
