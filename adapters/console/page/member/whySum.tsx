import type { WhyAnswer } from '../../../http/answers/why.ts';
import { Button } from '../ui/button.tsx';
import { shortDay } from '../ui/days.ts';
import { Money } from '../ui/money.tsx';
import { moneyText } from '../ui/moneyText.ts';
import { SourceFields } from './sourceFields.tsx';
import classes from './why.module.css';
import { EventLine } from './whySteps.tsx';

type Sum = NonNullable<WhyAnswer['sum']>;
export type WhySumProps = {
  readonly sum: Sum;
  readonly onVersion: (version: number) => void;
  readonly isAsking: boolean;
  /** null: as many are listed as ever are. */
  readonly onMore: (() => void) | null;
};

export const COUNTED_AT_FIRST = 12;
/** What a person would still scroll through: of ten thousand purchases each with its fields the answer has 8 MB. */
export const COUNTED_AT_MOST = 500;

/** The purchases that make up a sum, the latest first: each with its event and its fields behind it. */
export const WhySum = ({ sum: { total, purchases, counted, left }, onVersion, isAsking, onMore }: WhySumProps) => {
  const more = Math.min(purchases, COUNTED_AT_MOST) - counted.length;
  return (
    <section className={classes.part} aria-label="Purchases that count">
      <h3>
        {purchases === 1 ? '1 purchase counts' : `${numberText(purchases)} purchases count`}
        {total.length > 0 && `: ${total.map(({ amount, currency }) => moneyText(amount, currency)).join(' + ')}`}
      </h3>
      {leftText(left) !== null && <p className={classes.soft}>Left out: {leftText(left)}.</p>}
      <ul className={classes.purchases}>
        {counted.toReversed().map((purchase) => (
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
      {more > 0 && onMore !== null ? (
        <Button isPending={isAsking} onPress={onMore}>
          {counted.length + more === purchases
            ? `Show all ${numberText(purchases)} purchases`
            : `Show the last ${numberText(counted.length + more)} purchases`}
        </Button>
      ) : (
        counted.length < purchases &&
        !isAsking && <p className={classes.soft}>Those before are in the timeline, under “Purchases”.</p>
      )}
    </section>
  );
};

const numberText = (count: number): string => count.toLocaleString();

/** null: nothing was. */
const leftText = ({ unsound, otherCurrency, reductions, notYet, noLonger }: Sum['left']): string | null => {
  const parts = [
    [noLonger, 'no longer within the twelve months'],
    [notYet, 'not yet'],
    [otherCurrency, 'in another currency'],
    [reductions, 'reductions'],
    [unsound, 'that do not count (status, amount, date)'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, why]) => `${numberText(count)} ${why}`);
  return told.length === 0 ? null : told.join(', ');
};
