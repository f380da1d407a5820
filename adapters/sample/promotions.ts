import { salesforceId } from './ids.ts';
import type { PlannedChange } from './ledger.ts';
import type { Fields } from './wire.ts';

export const DAY_MS = 86_400_000;

/** The calendar day of an instant, UTC. */
export const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

/** The life of every promotion over the year before untilMs: created, extended, renamed, switched off. */
export const promotionChanges = (untilMs: number): readonly PlannedChange[] =>
  CAMPAIGNS.flatMap((campaign, serial) => {
    const day = (daysFromUntil: number | null): string | null =>
      daysFromUntil === null ? null : dayOf(untilMs + daysFromUntil * DAY_MS);
    const at = (daysFromUntil: number): number =>
      untilMs + daysFromUntil * DAY_MS + (serial * 613 + 32_400 - 86_400) * 1000;
    const change = (changeType: 'CREATE' | 'UPDATE', daysFromUntil: number, fields: Fields): PlannedChange => ({
      ...{ atMs: at(daysFromUntil), object: 'Promotion__c', recordIds: [promotionId(serial)], changeType, fields },
    });
    const created = change('CREATE', campaign.created, {
      Name: `P-${String(serial + 1).padStart(4, '0')}`,
      Title__c: campaign.title,
      Terms__c: campaign.terms,
      StartsOn__c: day(campaign.starts),
      EndsOn__c: day(campaign.ends),
      Active__c: true,
      Channel__c: serial % 2 === 0 ? 'Store' : 'Web',
    });
    const later = (campaign.later ?? []).map(([daysFromUntil, fields, ends]) =>
      change('UPDATE', daysFromUntil, ends === undefined ? fields : { ...fields, EndsOn__c: day(ends) }),
    );
    return [created, ...later];
  });

const promotionId = (serial: number): string => salesforceId('Promotion__c', serial + 1);

/** Promotions a voucher issued at that moment may name. */
export const promotionsKnownAt = (atMs: number, untilMs: number): readonly string[] =>
  CAMPAIGNS.flatMap((campaign, serial) => (untilMs + campaign.created * DAY_MS < atMs ? [promotionId(serial)] : []));

type Campaign = {
  readonly title: string;
  readonly terms: string;
  /** Days from `until`: when it was created, when it starts and ends (null: open). */
  readonly created: number;
  readonly starts: number | null;
  readonly ends: number | null;
  /** What happened to it afterwards: day, fields, and a new end if it moved. */
  readonly later?: readonly (readonly [daysFromUntil: number, fields: Fields, ends?: number])[];
};

const CAMPAIGNS: readonly Campaign[] = [
  { title: 'Welcome back', terms: 'Once per member.', created: -900, starts: -880, ends: null },
  { title: 'Birthday treat', terms: 'In the week of your birthday.', created: -700, starts: null, ends: null },
  { title: 'Café du coin: second cup free', terms: 'Hot drinks only.', created: -500, starts: -480, ends: 5 },
  { title: 'Free delivery', terms: 'Web orders above 30 EUR.', created: -420, starts: -400, ends: 400 },
  { title: 'Frühlingsfest', terms: 'While stocks last.', created: -400, starts: -260, ends: -190 },
  {
    ...{ title: 'Autumn leavs', terms: 'One voucher per visit.', created: -380, starts: -300, ends: 1 },
    later: [
      [-298, { Title__c: 'Autumn leaves' }],
      [-6, {}, 2],
    ],
  },
  {
    title: 'Double stamps',
    terms: 'Weekdays.',
    created: -250,
    starts: -240,
    ends: 90,
    later: [[-40, { Active__c: false }]],
  },
  { title: 'Friends and family', terms: 'Bring somebody along.', created: -120, starts: -100, ends: 30 },
  { title: '冬のセール', terms: 'Selected items.', created: -25, starts: 3, ends: 45 },
  {
    title: 'New year’s sparkle',
    terms: 'From the first of the season.',
    created: -12,
    starts: 10,
    ends: 40,
    later: [[-3, {}, 50]],
  },
];
