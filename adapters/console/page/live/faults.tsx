import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { Said } from '../ui/said.tsx';
import { Select } from '../ui/select.tsx';
import classes from './deliveries.module.css';
import { type Order, useOrder } from './standInQueries.ts';

/** Troubles a stand-in, so that retries and breakers can be watched. ordered: of APNs, and not yet befallen. */
export const Faults = ({ ordered }: { readonly ordered: number }) => {
  const [id, setId] = useState('google-down');
  const [said, setSaid] = useState<string | null>(null);
  const { mutate, isPending, error } = useOrder();
  const fault = FAULTS.find((one) => one.id === id);
  return (
    <>
      <p className={classes.soft}>
        What happens to the next deliveries. Then let something change: a purchase in{' '}
        <Link href="/operate">Operate</Link>, or the sample org by itself.
      </p>
      <Select label="Fault" choices={FAULTS} value={id} onChange={setId} />
      <div className={classes.head}>
        <Button
          kind="main"
          isPending={isPending}
          onPress={() => {
            if (fault !== undefined)
              mutate(fault.order, { onSuccess: () => setSaid('Ordered: it befalls what is sent next.') });
          }}
        >
          Let it happen
        </Button>
        <Button
          isPending={isPending}
          onPress={() => mutate('mend', { onSuccess: () => setSaid('Mended: what waits goes out by itself.') })}
        >
          Mend all
        </Button>
        {ordered > 0 && <span className={classes.soft}>{ordered} pushes still to be troubled</span>}
      </div>
      <Said tone="info">{error === null && said}</Said>
      {error !== null && <Failure error={error} />}
    </>
  );
};

const FAULTS: readonly {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly order: Order;
}[] = [
  {
    ...{
      id: 'google-down',
      label: 'Google is down',
      description: '503 to every call until mended: deliveries wait, and after twenty failures the breaker opens',
    },
    order: { at: 'google', body: { type: 'answer', status: 503 } },
  },
  {
    ...{ id: 'google-busy', label: 'Google asks for a pause', description: '429, Retry-After 20 seconds, once' },
    order: { at: 'google', body: { type: 'answer', status: 429, retryAfter: '20', times: 1 } },
  },
  {
    ...{
      id: 'google-refuses',
      label: 'Google refuses',
      description: '400 to the next 3 calls: what was to be delivered is given up, dead',
    },
    order: { at: 'google', body: { type: 'answer', status: 400, reason: 'invalid', times: 3 } },
  },
  {
    ...{
      id: 'google-slow',
      label: 'Google is slow',
      description: 'No answer for 10 seconds, 5 times: it is tried again',
    },
    order: { at: 'google', body: { type: 'stall', ms: 10_000, times: 5 } },
  },
  {
    ...{ id: 'apns-down', label: 'APNs is down', description: '503 to the next 40 pushes' },
    order: { at: 'apns', body: { type: 'answer', status: 503, times: 40 } },
  },
  {
    ...{ id: 'apns-reset', label: 'APNs hangs up', description: 'The connection is cut, 3 times' },
    order: { at: 'apns', body: { type: 'hangUp', times: 3 } },
  },
  {
    ...{ id: 'apns-gone', label: 'A phone is gone', description: '410 to the next push: the phone is forgotten' },
    order: { at: 'apns', body: { type: 'gone', times: 1 } },
  },
  {
    ...{ id: 'apns-swallow', label: 'A push gets lost', description: 'Taken, and the phone hears nothing' },
    order: { at: 'apns', body: { type: 'swallow', times: 1 } },
  },
];
