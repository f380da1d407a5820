import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { useDestinations } from './deliveryQueries.ts';
import { DestinationCard } from './destinationCard.tsx';
import { NoDestinations } from './noDestinations.tsx';

/** What becomes of passes at each destination. */
export const Deliveries = () => {
  const { data: destinations, error, refetch } = useDestinations();
  return (
    <Panel title="Deliveries">
      {destinations === undefined ? (
        error === null ? (
          <Loading what="the destinations" />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : destinations.length === 0 ? (
        <NoDestinations />
      ) : (
        destinations.map((destination) => <DestinationCard key={destination.name} destination={destination} />)
      )}
    </Panel>
  );
};
