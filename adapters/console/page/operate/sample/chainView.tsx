import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link as RouteLink } from 'wouter';
import type { Pass } from '#domain/index.ts';
import type { SampleEditTaken, SampleTrace } from '../../../../http/answers/sample.ts';
import { getJson } from '../../api/client.ts';
import { useStatus } from '../../api/status.ts';
import { Failure } from '../../ui/failure.tsx';
import { BeforeAfter, Changes } from '../beforeAfter.tsx';
import type { Step } from '../step.ts';
import { Steps } from '../steps.tsx';
import { durationText } from '../words.ts';
import { chainOf, isOver } from './chain.ts';
import classes from './chainView.module.css';
import { entryText } from './entryText.ts';

/** What came of a change, link by link as it is seen, and the pass before and after. */
export const ChainView = ({ taken }: { readonly taken: SampleEditTaken }) => {
  const { trace, error, refetch } = useTrace(taken);
  const { data: status } = useStatus();
  const since = Date.parse(taken.acknowledgedAt);
  const paused = status?.paused.map(({ pipe }) => pipe).filter((pipe) => pipe !== 'announce') ?? [];
  const links = chainOf(taken, trace, paused);
  const passes = { before: taken.before.pass, after: trace?.wallet?.pass ?? foldedPass(taken, trace) };
  return (
    <div className={classes.all}>
      <div className={classes.top}>
        <div>
          <Steps label="What came of it" steps={links} since={since} />
          <p role="status" className={classes.sum}>
            {sumOf(links, since)}
          </p>
          {error !== null && <Failure error={error} onRetry={refetch} />}
          {paused.length > 0 && (
            <p>
              Paused: {paused.join(', ')}. What comes waits there until it is{' '}
              <RouteLink href="/operate/pipes">resumed</RouteLink>.
            </p>
          )}
        </div>
        <Changes changed={trace?.wallet?.changed ?? []} {...passes} />
      </div>
      <BeforeAfter {...passes} />
      <details className={classes.entry}>
        <summary>What Salesforce said, as it came on the bus</summary>
        <pre>{entryText(taken.entry)}</pre>
      </details>
    </div>
  );
};

/** Not published yet, since a pipe is paused: it is there all the same. */
const foldedPass = ({ before }: SampleEditTaken, trace: SampleTrace | null): Pass | null =>
  trace !== null && trace.now.revision > before.revision ? trace.now.pass : null;

type Trace = { readonly trace: SampleTrace | null; readonly error: unknown; readonly refetch: () => void };

/** Looked at many times a second until it is over, then not any more. */
const useTrace = (taken: SampleEditTaken): Trace => {
  const { traceId, memberId, before, sequence } = taken;
  const query = `member=${memberId}&version=${before.version}&sequence=${sequence}`;
  const [startedAt] = useState(Date.now);
  const { data, error, refetch } = useQuery({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => getJson<SampleTrace>(`/api/sample/traces/${encodeURIComponent(traceId)}?${query}`, signal),
    refetchInterval: ({ state }) => {
      if (isOver(taken, state.data ?? null) || (state.error !== null && state.data === undefined)) return false;
      return state.error === null && Date.now() - startedAt < QUICK_FOR_MS ? QUICK_MS : SLOW_MS;
    },
  });
  return { trace: data ?? null, error, refetch: () => void refetch() };
};
const QUICK_MS = 120;
const SLOW_MS = 1_500;
const QUICK_FOR_MS = 15_000;

/** Said once all is done, for who does not watch. */
const sumOf = (links: readonly Step[], since: number): string => {
  if (links.some(({ state }) => state === 'waiting')) return '';
  const failed = links.find(({ state }) => state === 'failed');
  if (failed !== undefined) return `${failed.title}: ${failed.text}.`;
  const skipped = links.find(({ state, id }) => state === 'skipped' && id === 'wallet');
  if (skipped !== undefined) return `${skipped.text}.`;
  const last = Math.max(...links.map(({ at }) => at ?? since));
  return `From the source bus to the last wallet in ${durationText(last - since)}.`;
};
