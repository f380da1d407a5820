import { Link } from 'wouter';
import type { Delivery } from '../../../http/answers/deliveries.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { memberPath } from '../ui/memberPath.ts';
import classes from './deliveries.module.css';
import { type Listed, useDeliveries } from './deliveryQueries.ts';
import { DeliveryState } from './deliveryState.tsx';
import { RedriveMember } from './redrive.tsx';
import { Steps } from './steps.tsx';

export type DeliveryListProps = { readonly destination: string; readonly state: Listed };

/** What is not delivered there, with why, a page at a time. */
export const DeliveryList = ({ destination, state }: DeliveryListProps) => {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDeliveries(destination, state);
  if (data === undefined)
    return error === null ? (
      <Loading what="the deliveries" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty title={NOTHING[state]} />;
  return (
    <>
      <ul className={classes.items} aria-label={`${destination}: ${state}`}>
        {items.map((delivery) => (
          <li key={keyOf(delivery)} className={classes.delivery}>
            <div className={classes.head}>
              <Subject of={delivery.of} />
              <DeliveryState delivery={delivery} />
              {state !== 'confirming' && delivery.of.type === 'member' && (
                <RedriveMember destination={destination} memberId={delivery.of.memberId} />
              )}
            </div>
            <Steps steps={delivery.steps} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          More
        </Button>
      )}
    </>
  );
};

const NOTHING: Readonly<Record<Listed, string>> = {
  waiting: 'Nothing waits',
  confirming: 'Nothing is to be confirmed',
  dead: 'Nothing was given up',
};

const keyOf = ({ of }: Delivery): string => (of.type === 'member' ? of.memberId : `${of.source} ${of.id}`);

const Subject = ({ of }: { readonly of: Delivery['of'] }) =>
  of.type === 'member' ? (
    <Link href={memberPath(of.memberId)}>
      <code>{of.memberId}</code>
    </Link>
  ) : (
    <code>
      {of.source} {of.id}
    </code>
  );
