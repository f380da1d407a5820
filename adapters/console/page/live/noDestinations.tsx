import { Empty } from '../ui/empty.tsx';

/** Why nothing is delivered, and what to do about it. */
export const NoDestinations = () => (
  <Empty title="There are no destinations">
    <p>
      Wallet events end on the bus: this billfold was started with <code>--destinations none</code>. Without it, Apple,
      Google and phones are stood in for on this machine; with <code>--destinations destinations.json</code> passes go
      where that file says.
    </p>
  </Empty>
);
