import type { Delivery } from '../../../http/answers/deliveries.ts';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import classes from './deliveries.module.css';
import { useDestinations, useMemberDeliveries } from './deliveryQueries.ts';
import { DeliveryState } from './deliveryState.tsx';
import { NoDestinations } from './noDestinations.tsx';
import { RedriveMember } from './redrive.tsx';
import { Steps } from './steps.tsx';

/** What became of a member's pass at each destination, and on each phone. For the views that look at one member. */
export const MemberDeliveries = ({ memberId }: { readonly memberId: string }) => {
  const destinations = useDestinations();
  const isAnywhere = destinations.data !== undefined && destinations.data.length > 0;
  const asked = useMemberDeliveries(memberId, isAnywhere);
  if (destinations.data?.length === 0) return <NoDestinations />;
  const { data: deliveries } = asked;
  if (deliveries === undefined) {
    const refused = destinations.error === null ? asked : destinations;
    return refused.error === null ? (
      <Loading what="the deliveries" />
    ) : (
      <Failure error={refused.error} onRetry={() => void refused.refetch()} />
    );
  }
  if (deliveries.length === 0)
    return (
      <Empty title="Nothing was to be delivered yet">A pass goes out when it is issued, and whenever it changes.</Empty>
    );
  return (
    <ul className={classes.items} aria-label="Deliveries">
      {deliveries.map((delivery) => (
        <li key={delivery.destination} className={classes.delivery}>
          <div className={classes.head}>
            <h3>{delivery.destination}</h3>
            <DeliveryState delivery={delivery} />
            {(delivery.state === 'waiting' || delivery.state === 'dead') && (
              <RedriveMember destination={delivery.destination} memberId={memberId} />
            )}
          </div>
          <Steps steps={delivery.steps} />
          {delivery.devices !== undefined && <Phones devices={delivery.devices} />}
        </li>
      ))}
    </ul>
  );
};

const Phones = ({ devices }: { readonly devices: NonNullable<Delivery['devices']> }) => (
  <>
    <p className={classes.soft}>
      {devices.length === 0
        ? 'No phone holds the pass.'
        : devices.length === 1
          ? 'On one phone:'
          : `On ${devices.length} phones:`}
    </p>
    <ul className={classes.phones}>
      {devices.map(({ device, pushed, fetched, whyNot }) => (
        <li key={device}>
          <code>{device}</code> {fetched === null ? 'has fetched nothing' : `shows revision ${fetched.revision}`}
          {pushed !== null && `, told of ${pushed.revision}`}
          {whyNot !== null && <span className={classes.soft}>: {whyNot}</span>}
        </li>
      ))}
    </ul>
  </>
);
