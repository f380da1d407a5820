import { Command } from 'commander';
import { originText } from '#domain/index.ts';
import type { WhyAnswer } from '../../http/answers/why.ts';
import { type AtOptions, atOption, atQuery, atVersionOption } from '../atOptions.ts';
import type { Client } from '../client.ts';
import { paint, print, printJson } from '../print.ts';
import { changeText, valueText } from '../valueText.ts';

type Step = WhyAnswer['steps'][number];
type Sum = NonNullable<WhyAnswer['sum']>;
type Counted = Sum['counted'][number];
type Source = Step['source'];
type Field = Source['fields'][number];

export const whyCommand = (client: Client): Command =>
  new Command('why')
    .description('say where a value on the pass comes from: the rule, the events, the fields of the source')
    .argument('<id>', 'record id of the member (retail: of the Contact), 15 or 18 characters')
    .argument('<what>', 'such as tier, tier.name, spend.lifetime, holder.firstName, status, promotions.<id of a grant>')
    .addOption(atOption())
    .addOption(atVersionOption())
    .option('--long', 'the event and the fields of every purchase that is summed up, not only of the latest')
    .option('--json', 'print the answer as JSON')
    .action(async (id: string, what: string, options: AtOptions & { long?: boolean; json?: boolean }) => {
      const path = `/api/members/${encodeURIComponent(id)}/why/${encodeURIComponent(what)}${atQuery(options)}`;
      const answer = (await client.get(path)) as WhyAnswer;
      if (options.json) return printJson(answer);
      print(describe(answer, options.long === true).join('\n'));
    });

const describe = (answer: WhyAnswer, isLong: boolean): readonly string[] => {
  const { memberId, path, value, version, evaluatedAt, because, timeAlone, sum, definition } = answer;
  return [
    `${paint('bold', path)}  ${paint('cyan', valueText(value))}`,
    paint('dim', `${memberId}, version ${version}, seen on ${short(evaluatedAt)}`),
    ...because,
    ...(timeAlone === null
      ? []
      : [`From ${timeAlone.on} on, if nothing else happens: ${changeText(value, timeAlone.value)}.`]),
    ...(definition === null ? [] : ['', paint('bold', 'Defined by'), ...sourceLines(definition)]),
    ...(sum === null ? stepLines(answer) : [...lastStepLines(answer), ...sumLines(sum, isLong)]),
  ];
};

/** The last change, where the value comes from; what was before it in a line each. */
const stepLines = ({ steps, hasEarlierSteps }: WhyAnswer): readonly string[] => {
  const last = steps.at(-1);
  if (last === undefined) return ['', 'No event ever changed it.'];
  const earlier = steps.slice(0, -1).toReversed().slice(0, EARLIER);
  const isMore = hasEarlierSteps || earlier.length < steps.length - 1;
  return [
    '',
    paint('bold', last.before === null && last.after === null ? 'Last told by' : 'Last changed by'),
    ...stepText(last),
    ...sourceLines(last.source),
    ...(earlier.length === 0 ? [] : ['', paint('bold', 'Before that'), ...earlier.flatMap(stepText)]),
    ...(isMore ? ['  … and earlier ones (billfold events)'] : []),
  ];
};

const EARLIER = 4;

const lastStepLines = ({ steps }: WhyAnswer): readonly string[] => {
  const last = steps.at(-1);
  return last === undefined ? [] : ['', paint('bold', 'Last changed by'), ...stepText(last)];
};

const stepText = (step: Step): readonly string[] => [
  // What was never there was told of all the same.
  ...(step.before === null && step.after === null ? [] : [`  ${changeText(step.before, step.after)}`]),
  `    ${paint('dim', eventText(step))}`,
];

const eventText = ({
  version,
  type,
  recordedAt,
  origin,
  lane,
}: Pick<Step, 'version' | 'type' | 'recordedAt' | 'origin' | 'lane'>): string =>
  `${type}, version ${version}, recorded ${short(recordedAt)} in the ${lane} lane, from ${originText(origin)}`;

/** Latest first; of the earlier ones a line each. */
const sumLines = ({ total, counted, left }: Sum, isLong: boolean): readonly string[] => [
  '',
  `${paint('bold', countText(counted.length))}  ${total.length === 0 ? 'nothing' : valueText(total)}${leftText(left)}`,
  ...counted
    .toReversed()
    .flatMap((purchase, index) =>
      isLong || index < DETAILED ? [purchaseLine(purchase), ...detailLines(purchase)] : [purchaseLine(purchase)],
    ),
  ...(isLong || counted.length <= DETAILED ? [] : [paint('dim', '  --long tells the events and fields of all')]),
];

const DETAILED = 5;

const purchaseLine = ({ purchaseId, number, boughtOn, amount, leavesOn, by, source }: Counted): string =>
  [
    `  ${boughtOn}  ${`${amount.amount} ${amount.currency}`.padStart(13)}  ${source.object ?? 'record'} ${purchaseId}`,
    ...(number === null ? [] : [`(${number})`]),
    `version ${by.version}${leavesOn === null ? '' : `, leaves on ${leavesOn}`}`,
  ].join('  ');

const detailLines = ({ by, source }: Counted): readonly string[] => [
  `    ${paint('dim', eventText(by))}`,
  ...fieldLines(source.fields),
];

const countText = (counted: number): string => (counted === 1 ? '1 purchase' : `${counted} purchases`);

const leftText = ({ unsound, otherCurrency, reductions, notYet, noLonger }: Sum['left']): string => {
  const parts = [
    [noLonger, 'no longer within the twelve months'],
    [notYet, 'not yet'],
    [otherCurrency, 'in another currency'],
    [reductions, 'reductions'],
    [unsound, 'that do not count (status, amount, date)'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`);
  return told.length === 0 ? '' : `; left out: ${told.join(', ')}`;
};

const sourceLines = ({ object, id, goneSince, fields }: Source): readonly string[] => [
  `    ${object ?? 'record'} ${id}${goneSince === null ? '' : `, deleted (as of ${short(goneSince)})`}`,
  ...fieldLines(fields),
];

/** Fields that one observation said, in one line: they have one stamp. */
const fieldLines = (fields: readonly Field[]): readonly string[] =>
  [...Map.groupBy(fields, ({ today }) => stampText(today))].map(
    ([stamp, said]) => `    ${said.map(fieldText).join(', ')}${paint('dim', `: ${stamp}`)}`,
  );

/** What it holds today; what the event told of it where that is another. */
const fieldText = ({ field, change, today }: Field): string => {
  const told = change === null ? '' : valueText(change.after);
  const held = valueText(today?.value ?? null);
  const before = change === null || change.before === null ? '' : `${valueText(change.before)} → `;
  const name = field.slice(field.indexOf('.') + 1);
  if (change === null || told === held) return `${name} ${before}${held}`;
  return `${name} ${before}${told}${today === null ? '' : ` (today ${held})`}`;
};

/** "2026-03-01T10:00:05.000Z" as "2026-03-01 10:00:05Z". */
const short = (instant: string | null): string => (instant ?? '').replace('T', ' ').replace(/\.000Z$/, 'Z');

const stampText = (today: Field['today']): string => {
  if (today === null) return 'not looked up, or never said';
  switch (today.from) {
    case 'forgotten':
      return 'forgotten';
    case 'event':
      return `modified ${short(today.modifiedAt)}, from an event${today.commitNumber === null ? '' : ` (commit ${today.commitNumber})`}`;
    case 'row':
      return `modified ${short(today.modifiedAt)}, from a row read ${short(today.extractedAt)}`;
  }
};
