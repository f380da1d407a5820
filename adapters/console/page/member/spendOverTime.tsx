import { useQuery } from '@tanstack/react-query';
import { memo } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { HistoryPoint } from '../../../http/answers/history.ts';
import { ApiFailure } from '../api/client.ts';
import { Failure } from '../ui/failure.tsx';
import { moneyText } from '../ui/moneyText.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import type { History } from './queries.ts';
import type { SpendChartProps } from './spendChart.tsx';
import classes from './spendOverTime.module.css';

export type SpendOverTimeProps = {
  /** undefined: not there yet. */
  readonly history: History | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
  /** Where the slider stands. */
  readonly at: string;
};

/** Spend as steps, with the tiers that it crosses; the same as a table for who wants numbers. */
export const SpendOverTime = memo(({ history: data, error, onRetry, at }: SpendOverTimeProps) => (
  <Panel title="Spend over time">
    {data !== undefined && data.points.length > 0 ? (
      <>
        <div className={classes.chart}>
          <Chart points={data.points} until={data.evaluatedAt} at={at} />
        </div>
        <AsTable points={data.points} />
      </>
    ) : error !== null ? (
      <Failure error={error} onRetry={onRetry} />
    ) : (
      <p className={`${classes.chart} ${classes.waiting}`}>
        {data === undefined ? 'Reading the history …' : 'There is no pass yet, so nothing to draw.'}
      </p>
    )}
  </Panel>
));

/** What draws it is large, and loaded with the first one. */
const Chart = (props: SpendChartProps) => {
  const { data: SpendChart, error } = useQuery({
    queryKey: ['chart'],
    queryFn: async () => (await import('./spendChart.tsx')).SpendChart,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <Failure error={NOT_LOADED} onRetry={() => location.reload()} />;
  return SpendChart === undefined ? <p className={classes.waiting}>Drawing …</p> : <SpendChart {...props} />;
};

const NOT_LOADED = new ApiFailure(0, 'The chart could not be loaded', 'There may be a newer page: load it again.');

const AsTable = ({ points }: { readonly points: readonly HistoryPoint[] }) => (
  <Disclosure>
    {({ isExpanded }) => (
      <>
        <Heading level={3} className={classes.heading ?? ''}>
          <AriaButton slot="trigger" className={classes.trigger ?? ''}>
            {isExpanded ? 'Hide the table' : `The same as a table (${points.length} changes)`}
          </AriaButton>
        </Heading>
        <DisclosurePanel>
          {isExpanded && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
            <section className={classes.scrolling} aria-label="Changes of spend" tabIndex={0}>
              <Table label="Spend over time" columns={COLUMNS} rows={points.toReversed()} idOf={idOf} />
            </section>
          )}
        </DisclosurePanel>
      </>
    )}
  </Disclosure>
);

const idOf = ({ version, evaluatedAt }: HistoryPoint): string => `${version}.${evaluatedAt}`;

const COLUMNS = [
  { title: 'When', cell: ({ evaluatedAt }: HistoryPoint) => <Time at={evaluatedAt} /> },
  { title: 'Version', cell: ({ version }: HistoryPoint) => version, isNumber: true },
  { title: 'Because', cell: (point: HistoryPoint) => becauseOf(point) },
  { title: 'Tier', cell: ({ tier }: HistoryPoint) => tier ?? 'none' },
  {
    title: 'Qualifying',
    cell: ({ qualifyingSpend: { amount, currency } }: HistoryPoint) => moneyText(amount, currency),
    isNumber: true,
  },
  {
    title: 'Lifetime',
    cell: ({ lifetime }: HistoryPoint) =>
      lifetime.map(({ amount, currency }) => moneyText(amount, currency)).join(' + ') || 'none',
    isNumber: true,
  },
];

const becauseOf = ({ because, changes }: HistoryPoint): string => {
  if (changes > 1) return `${changes} changes`;
  return because === 'event' ? 'an event' : because === 'time' ? 'time alone' : 'a definition';
};
