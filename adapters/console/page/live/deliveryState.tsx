import type { Delivery } from '../../../http/answers/deliveries.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import classes from './deliveries.module.css';

/** How far a delivery is, and why it is no further. */
export const DeliveryState = ({ delivery }: { readonly delivery: Delivery }) => {
  const { state, wanted, done, failures, reason, due, held } = delivery;
  const [tone, word] = STATES[state];
  return (
    <span className={classes.standing}>
      <Badge tone={tone}>{word}</Badge>
      <span className={classes.soft}>
        {state === 'delivered' ? `revision ${done}` : `revision ${wanted} wanted, ${done} there`}
        {failures > 0 && `, failed ${failures === 1 ? 'once' : `${failures} times`}`}
        {state === 'waiting' && due !== null && (
          <>
            , next try <Time at={due} seconds />
          </>
        )}
        {held !== null && `, held back: ${HELD[held.by]}`}
      </span>
      {reason !== null && <span>{reason}</span>}
    </span>
  );
};

const STATES: Readonly<Record<Delivery['state'], readonly [Tone, string]>> = {
  delivered: ['good', 'Delivered'],
  waiting: ['info', 'Waiting'],
  confirming: ['info', 'Confirming'],
  dead: ['bad', 'Dead'],
};

const HELD: Readonly<Record<NonNullable<Delivery['held']>['by'], string>> = {
  breaker: 'the breaker is open',
  partner: 'the destination asked for it',
  configuration: 'it is no destination any more',
};
