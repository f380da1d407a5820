import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link as RouteLink } from 'wouter';
import type { SampleEditTaken, SampleTrace } from '../../../../http/answers/sample.ts';
import { getJson } from '../../api/client.ts';
import { useStatus } from '../../api/status.ts';
import { Failure } from '../../ui/failure.tsx';
import { BeforeAfter, Changes } from '../beforeAfter.tsx';
import { durationText } from '../words.ts';
import { chainOf, isOver, type Link } from './chain.ts';
import classes from './chainView.module.css';
import { entryText } from './entryText.ts';

/** What came of a change, link by link as it is seen, and the pass before and after. */
export const ChainView = ({ taken }: { readonly taken: SampleEditTaken }) => {
  const { trace, error, refetch } = useTrace(taken);
  const { data: status } = useStatus();
  const links = chainOf(taken, trace);
  const since = Date.parse(taken.acknowledgedAt);
  const paused = status?.paused.map(({ pipe }) => pipe).filter((pipe) => pipe !== 'announce') ?? [];
  const passes = { before: taken.before.pass, after: trace?.wallet?.pass ?? null };
  return (
    <div className={classes.all}>
      <div className={classes.top}>
        <div>
          <ol className={classes.chain} aria-label="What came of it">
            {links.map((link) => (
              <ChainLink key={link.id} link={link} since={since} />
            ))}
          </ol>
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

const ChainLink = ({ link, since }: { readonly link: Link; readonly since: number }) => {
  const { title, text, state, at } = link;
  const isNew = useJustNow(state);
  return (
    <li className={`${classes.link} ${classes[state]} ${isNew ? classes.fresh : ''}`}>
      <span className={classes.dot} aria-hidden="true">
        {MARKS[state]}
      </span>
      <div className={classes.words}>
        <h3>
          {title}
          {state === 'waiting' && <span className={classes.wait}> …</span>}
        </h3>
        <p>{text}</p>
      </div>
      <span className={classes.time}>{at === null ? '' : at <= since ? '0 ms' : `+${durationText(at - since)}`}</span>
    </li>
  );
};

const MARKS: Readonly<Record<Link['state'], string>> = { done: '✓', waiting: '', failed: '!', skipped: '–' };

/** For the moment in which a link is closed. */
const useJustNow = (state: Link['state']): boolean => {
  const [seen, setSeen] = useState(state);
  useEffect(() => {
    const timer = setTimeout(() => setSeen(state), 900);
    return () => clearTimeout(timer);
  }, [state]);
  return seen !== state;
};

/** Said once all is done, for who does not watch. */
const sumOf = (links: readonly Link[], since: number): string => {
  if (links.some(({ state }) => state === 'waiting')) return '';
  const failed = links.find(({ state }) => state === 'failed');
  if (failed !== undefined) return `${failed.title}: ${failed.text}.`;
  const skipped = links.find(({ state, id }) => state === 'skipped' && id === 'wallet');
  if (skipped !== undefined) return `${skipped.text}.`;
  const last = Math.max(...links.map(({ at }) => at ?? since));
  return `From the source bus to the last wallet in ${durationText(last - since)}.`;
};
