import { useState } from 'react';
import type { WhyAnswer } from '../../../http/answers/why.ts';
import { Button } from '../ui/button.tsx';
import { Money } from '../ui/money.tsx';
import { moneyText } from '../ui/moneyText.ts';
import { shortDay } from './days.ts';
import { SourceFields } from './sourceFields.tsx';
import classes from './why.module.css';
import { EventLine } from './whySteps.tsx';

type Sum = NonNullable<WhyAnswer['sum']>;
export type WhySumProps = { readonly sum: Sum; readonly onVersion: (version: number) => void };

const SHOWN_AT_FIRST = 12;

/** The purchases that make up a sum, the latest first: each with its event and its fields behind it. */
export const WhySum = ({ sum: { total, counted, left }, onVersion }: WhySumProps) => {
  const [isWhole, setWhole] = useState(false);
  const latestFirst = counted.toReversed();
  const shown = isWhole ? latestFirst : latestFirst.slice(0, SHOWN_AT_FIRST);
  return (
    <section className={classes.part} aria-label="Purchases that count">
      <h3>
        {counted.length === 1 ? '1 purchase counts' : `${counted.length} purchases count`}
        {total.length > 0 && `: ${total.map(({ amount, currency }) => moneyText(amount, currency)).join(' + ')}`}
      </h3>
      {leftText(left) !== null && <p className={classes.soft}>Left out: {leftText(left)}.</p>}
      <ul className={classes.purchases}>
        {shown.map((purchase) => (
          <li key={purchase.purchaseId}>
            <details className={classes.details}>
              <summary>
                <span>{shortDay(purchase.boughtOn)}</span>
                <span className={classes.number}>
                  <Money {...purchase.amount} />
                </span>
                <span className={classes.soft}>
                  {purchase.number === null ? purchase.purchaseId : `order ${purchase.number}`}
                  {purchase.leavesOn !== null && `, leaves on ${shortDay(purchase.leavesOn)}`}
                </span>
              </summary>
              <EventLine event={purchase.by} onVersion={onVersion} />
              <SourceFields source={purchase.source} />
            </details>
          </li>
        ))}
      </ul>
      {shown.length < counted.length && (
        <Button onPress={() => setWhole(true)}>Show all {counted.length} purchases</Button>
      )}
    </section>
  );
};

/** null: nothing was. */
const leftText = ({ unsound, otherCurrency, reductions, notYet, noLonger }: Sum['left']): string | null => {
  const parts = [
    [noLonger, 'no longer within the twelve months'],
    [notYet, 'not yet'],
    [otherCurrency, 'in another currency'],
    [reductions, 'reductions'],
    [unsound, 'that do not count (status, amount, date)'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`);
  return told.length === 0 ? null : told.join(', ');
};
