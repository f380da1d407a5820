import { Command } from 'commander';
import type { Pass } from '#domain/index.ts';
import type { MemberNow, MemberThen } from '../../http/answers/member.ts';
import { type AtOptions, atOption, atQuery, atVersionOption } from '../atOptions.ts';
import type { Client } from '../client.ts';
import { paint, print, printJson, table } from '../print.ts';

/** parked: not where a member is shown as it stood. */
type Member = MemberThen & Partial<Pick<MemberNow, 'parked'>>;

export const memberCommand = (client: Client): Command =>
  new Command('member')
    .description('show a member and its pass')
    .argument('<id>', 'record id of the member (retail: of the Contact), 15 or 18 characters')
    .addOption(atOption())
    .addOption(atVersionOption())
    .option('--json', 'print the answer as JSON')
    .action(async (id: string, options: AtOptions & { json?: boolean }) => {
      const member = (await client.get(`/api/members/${encodeURIComponent(id)}${atQuery(options)}`)) as Member;
      if (options.json) return printJson(member);
      print(describe(member));
    });

const describe = ({ memberId, version, state, evaluatedAt, views, pass, parked = [] }: Member): string => {
  const heading = `${paint('bold', memberId)}  ${state}  ${paint('dim', `version ${version}, seen on ${evaluatedAt}`)}`;
  const waits = parked.map(({ reason, parkedAt }) => paint('yellow', `parked since ${parkedAt}: ${reason}`));
  if (pass === null) return [heading, ...waits, 'No pass yet: the member number is not known.'].join('\n');
  const redeemed = views.promotions?.redeemed.length ?? 0;
  return [
    heading,
    ...waits,
    table(passRows(pass)),
    ...promotionRows(pass),
    redeemed > 0 ? `${redeemed} redeemed in the last twelve months` : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
};

const passRows = ({
  memberNumber,
  holder,
  memberSince,
  tier,
  spend,
  points = [],
  custom = {},
}: Pass): readonly (readonly string[])[] => [
  ['Number', memberNumber ?? '-'],
  ['Name', [holder.firstName, holder.lastName].filter((part) => part !== null).join(' ') || '-'],
  ['Member since', memberSince ?? '-'],
  [
    'Tier',
    tier.next === null
      ? (tier.name ?? '-')
      : `${tier.name}, ${tier.next.remaining} ${tier.qualifyingSpend.currency} to ${tier.next.name} (${Math.round(tier.progress * 100)} %)`,
  ],
  ['Last 12 months', moneyList(spend.last12Months)],
  ['Lifetime', moneyList(spend.lifetime)],
  ['Purchases', `${spend.purchases}${spend.lastPurchaseOn === null ? '' : `, the last on ${spend.lastPurchaseOn}`}`],
  ...points.map(({ name, balance }) => [name ?? 'Points', balance ?? '-']),
  ...Object.entries(custom).map(([name, value]) => [name, value ?? '-']),
];

const promotionRows = ({ promotions }: Pass): readonly string[] =>
  promotions.map(({ id, title, validTo, state, value }) => {
    const worth = value === null ? '' : `  ${value.amount} ${value.currency}`;
    const end = validTo === null ? 'no end' : `until ${validTo}`;
    return `  ${title ?? id}${worth}  ${state === 'expiring' ? paint('yellow', `${end}, expiring`) : end}`;
  });

const moneyList = (amounts: Pass['spend']['lifetime']): string =>
  amounts.length === 0 ? '-' : amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');
