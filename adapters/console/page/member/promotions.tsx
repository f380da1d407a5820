import { useEffect, useState } from 'react';
import type { MemberNow } from '../../../http/answers/member.ts';
import { Badge } from '../ui/badge.tsx';
import { shortDay } from '../ui/days.ts';
import { Empty } from '../ui/empty.tsx';
import { FirstOf } from '../ui/firstOf.tsx';
import { moneyText } from '../ui/moneyText.ts';
import { Panel } from '../ui/panel.tsx';
import { useTimeZone } from '../ui/timeZone.ts';
import { changesWithinMs, countdown } from './countdown.ts';
import classes from './promotions.module.css';

export type PromotionsProps = {
  readonly promotions: MemberNow['views']['promotions'];
  /** null: now, and time goes on. */
  readonly at: string | null;
};

/** What the member may use, how long still, and what it has used. */
export const Promotions = ({ promotions, at }: PromotionsProps) => {
  const timeZone = useTimeZone();
  const ticking = useNow();
  const now = at === null ? ticking : Date.parse(at);
  const { current, redeemed } = promotions ?? { current: [], redeemed: [] };
  return (
    <Panel title="Promotions">
      {current.length === 0 ? (
        <Empty title="None">
          {at === null ? 'Nothing that can be used is granted.' : 'Nothing was granted that could be used then.'}
        </Empty>
      ) : (
        <FirstOf all={current} most={MOST} what="promotions">
          {(shown) => (
            <ul className={classes.list}>
              {shown.map(({ id, title, validTo, state, value }) => (
                <li key={id} className={classes.promotion}>
                  <div>
                    <strong>{title ?? <code>{id}</code>}</strong>
                    {value !== null && <span className={classes.value}>{moneyText(value.amount, value.currency)}</span>}
                  </div>
                  <Badge tone={state === 'expiring' ? 'warn' : 'good'}>{state}</Badge>
                  <p className={classes.when}>
                    {validTo === null ? (
                      'no end'
                    ) : (
                      <>
                        <span>{countdown(validTo, now, timeZone)}</span>, to{' '}
                        <time dateTime={validTo}>{shortDay(validTo)}</time>
                      </>
                    )}
                  </p>
                </li>
              ))}
            </ul>
          )}
        </FirstOf>
      )}
      {redeemed.length > 0 && (
        <details className={classes.more} open={redeemed.length <= SHOWN_AT_FIRST}>
          <summary>Redeemed in the last twelve months ({redeemed.length})</summary>
          <FirstOf all={redeemed.toSorted(latestFirst)} most={MOST} what="that are redeemed">
            {(shown) => (
              <ul className={classes.list}>
                {shown.map((promotion) => (
                  <Redeemed key={promotion.id} {...promotion} />
                ))}
              </ul>
            )}
          </FirstOf>
        </details>
      )}
    </Panel>
  );
};

const SHOWN_AT_FIRST = 3;
/** The first to end, or the last redeemed. */
const MOST = 20;

type Used = NonNullable<MemberNow['views']['promotions']>['redeemed'][number];
const latestFirst = (a: Used, b: Used): number => ((a.redeemedOn ?? '') < (b.redeemedOn ?? '') ? 1 : -1);

const Redeemed = ({ id, title, redeemedOn }: Used) => (
  <li className={classes.promotion}>
    <div>{title ?? <code>{id}</code>}</div>
    <Badge tone="quiet">redeemed</Badge>
    <p className={classes.when}>
      {redeemedOn === null ? 'nobody said when' : <time dateTime={redeemedOn}>{shortDay(redeemedOn)}</time>}
    </p>
  </li>
);

const useNow = (): number => {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), changesWithinMs);
    return () => clearInterval(timer);
  }, []);
  return now;
};
