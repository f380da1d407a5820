import { Link } from 'wouter';
import type { Box } from '../../../flow/graph.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Time } from '../ui/time.tsx';
import classes from './details.module.css';
import { furtherOf } from './further.ts';
import { PartPanel } from './partPanel.tsx';
import { ONE_OF } from './partWords.ts';
import { useFlowDetail } from './useFlow.ts';

/** What is behind a box: each of its parts, and what only AWS has of it. */
export const Details = ({ box, onClose }: { readonly box: Box; readonly onClose: () => void }) => {
  const { data, error, refetch, failureCount, dataUpdatedAt } = useFlowDetail(box.name);
  const isStill = error !== null || failureCount > 0;
  const isThere = data?.box === box.name;
  const further = furtherOf(box);
  const elsewhere = box.parts.filter(({ instead }) => instead !== null);
  return (
    <Drawer title={box.label} lead={box.does} onClose={onClose}>
      {further.length > 0 && (
        <nav className={classes.further} aria-label="Further">
          {further.map(({ label, href }) => (
            <Link key={label} href={href}>
              {label}
            </Link>
          ))}
        </nav>
      )}
      <div role="status">
        {isThere && isStill && (
          <p className={classes.still}>
            No answer: this is of <Time at={dataUpdatedAt} seconds />
          </p>
        )}
      </div>
      {isThere
        ? data.parts.map((part) => <PartPanel key={part.id} part={part} />)
        : error === null && <Loading what="what is behind it" />}
      {error !== null && !isThere && <Failure error={error} onRetry={() => void refetch()} />}
      {elsewhere.length > 0 && (
        <section className={classes.elsewhere} aria-label="On AWS">
          <h3>On AWS</h3>
          <dl className={classes.facts}>
            {elsewhere.map(({ id, kind, name, instead }) => (
              <div key={id}>
                <dt>
                  {ONE_OF[kind]} <code>{name}</code>
                </dt>
                <dd>{instead === null || instead === 'on AWS alone' ? 'not on this machine' : `here: ${instead}`}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </Drawer>
  );
};
