import { Link } from 'wouter';
import type { FlowNow } from '../../../http/answers/flow.ts';
import type { SampleProgress } from '../../../http/answers/status.ts';
import { memberPath } from '../ui/memberPath.ts';
import { ProgressBar } from '../ui/progressBar.tsx';
import { Time } from '../ui/time.tsx';
import { countText } from './inWords.ts';
import classes from './newcomer.module.css';

export type NewcomerProps = { readonly flow: FlowNow; readonly sample: SampleProgress };

/** How much there is, and what became of the first member's pass. */
export const Newcomer = ({ flow, sample }: NewcomerProps) => (
  <section className={classes.story} aria-label="So far">
    <dl className={classes.facts}>
      <Fact name="passes" value={flow.passes} />
      <Fact name="events" value={flow.parts['tables/events']?.passed ?? 0} />
      <Fact name="wallet events" value={flow.parts['buses/wallet']?.passed ?? 0} />
    </dl>
    <p className={classes.since}>
      All passes that there are; events since billfold was started, <Time at={flow.startedAt} />.
    </p>
    <Story sample={sample} />
    <FirstPass first={flow.first} />
  </section>
);

const Fact = ({ name, value }: { readonly name: string; readonly value: number | null }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value === null ? '–' : countText(value)}</dd>
  </div>
);

const Story = ({ sample }: { readonly sample: SampleProgress }) => {
  switch (sample.type) {
    case 'loading':
      return (
        <div className={classes.sample}>
          <ProgressBar label="A made-up retailer’s year comes in" value={sample.step} total={sample.steps} />
        </div>
      );
    case 'loaded':
      return (
        <p className={classes.sample}>A made-up retailer’s year is in, and its life goes on: a change every second.</p>
      );
    case 'none':
      return <p className={classes.sample}>There is no made-up retailer here: what comes in is yours.</p>;
  }
};

const FirstPass = ({ first }: { readonly first: FlowNow['first'] }) =>
  first === null ? (
    <p>No pass yet: the first one shows up here by itself.</p>
  ) : (
    <p>
      The first pass was issued at <Time at={first.at} seconds />, to{' '}
      <Link href={memberPath(first.memberId)}>{first.memberNumber ?? first.memberId}</Link>.
    </p>
  );
