import { Page } from '../ui/page.tsx';
import { Deliveries } from './deliveries.tsx';
import { Events } from './events.tsx';
import classes from './live.module.css';
import { StandIns } from './standIns.tsx';
import { useFilter } from './useFilter.ts';

/** What the buses carry as it happens, and what becomes of it where it goes. */
export const Live = () => {
  const filter = useFilter();
  return (
    <Page title="Live" lead="What the buses carry as it happens, and what becomes of it at each destination.">
      <div className={classes.halves}>
        <Events key={filter.bus} filter={filter} />
        <div className={classes.aside}>
          <Deliveries />
          <StandIns />
        </div>
      </div>
    </Page>
  );
};
