import type { Pass } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { changesAt, type PassChange } from '../pass/passChanges.ts';
import { Table } from '../ui/table.tsx';
import classes from './eventDetails.module.css';
import { walletDetail } from './walletDetail.ts';

export type EventDetailsProps = { readonly event: CarriedEvent; readonly before: Pass | null };

/** What changed, path by path, and the event as it was carried. */
export const EventDetails = ({ event, before }: EventDetailsProps) => {
  const detail = walletDetail(event);
  const { sequence, ...envelope } = event;
  const changes = detail === null ? [] : changesAt(detail.data.changed, before, detail.data.pass);
  return (
    <div className={classes.details}>
      {changes.length > 0 && (
        <Table label="What changed" columns={columnsFor(before)} rows={changes} idOf={({ path }) => path} />
      )}
      {changes.length > 0 && before === null && (
        <p className={classes.hint}>What was there before is shown where this page has seen the member’s last event.</p>
      )}
      <details>
        <summary>
          As it was carried, number <code>{sequence}</code>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard. */}
        <section className={classes.raw} tabIndex={0} aria-label="The event as JSON">
          <pre>{JSON.stringify(envelope, null, 2)}</pre>
        </section>
      </details>
    </div>
  );
};

const columnsFor = (before: Pass | null) => [
  { title: 'Path', cell: ({ path }: PassChange) => <code>{path}</code> },
  ...(before === null ? [] : [{ title: 'Before', cell: (change: PassChange) => <Value text={change.before} /> }]),
  { title: before === null ? 'Now' : 'After', cell: (change: PassChange) => <Value text={change.after} /> },
];

const Value = ({ text }: { readonly text: string }) => <span className={classes.value}>{text}</span>;
