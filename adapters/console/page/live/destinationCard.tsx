import { useState } from 'react';
import type { Destination } from '../../../http/answers/deliveries.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Segments } from '../ui/segments.tsx';
import { Time } from '../ui/time.tsx';
import classes from './deliveries.module.css';
import { DeliveryList } from './deliveryList.tsx';
import type { Listed } from './deliveryQueries.ts';
import { RedriveDead } from './redrive.tsx';

/** One destination: whether it takes what it is sent, how fast, what it said last, and what is not delivered yet. */
export const DestinationCard = ({ destination }: { readonly destination: Destination }) => {
  const { name, dryRun, waiting, dead, inHand, pace, lastAnswers, certificateDaysLeft } = destination;
  const [shown, setShown] = useState<Listed | null>(null);
  return (
    <section className={classes.card} aria-label={name}>
      <div className={classes.head}>
        <h3>{name}</h3>
        {dryRun && <Badge tone="info">Dry run</Badge>}
        <Breaker destination={destination} />
      </div>
      <dl className={classes.figures}>
        <Figure name="Waiting" value={waiting === null ? null : waiting.live + waiting.bulk} />
        <Figure name="Dead" value={dead} isBad={dead !== null && dead > 0} />
        <Figure name="In hand" value={inHand.live + inHand.bulk} />
        <Figure name="Pace" value={pace.perSecond} unit="/s" />
      </dl>
      {certificateDaysLeft !== undefined && certificateDaysLeft < 30 && (
        <p>The certificate ends in {certificateDaysLeft} days.</p>
      )}
      <Answers answers={lastAnswers} />
      <div className={classes.lists}>
        <Segments
          label={`List of ${name}`}
          choices={LISTS}
          value={shown ?? 'none'}
          onChange={(to) => setShown(to === 'none' ? null : to)}
        />
        <RedriveDead destination={name} dead={dead ?? 0} />
      </div>
      {shown !== null && <DeliveryList key={shown} destination={name} state={shown} />}
    </section>
  );
};

const LISTS = [
  { id: 'none', label: 'No list' },
  { id: 'waiting', label: 'Waiting' },
  { id: 'confirming', label: 'Confirming' },
  { id: 'dead', label: 'Dead' },
] as const;

const Breaker = ({ destination: { breaker, pausedUntil } }: { readonly destination: Destination }) => {
  const [tone, word] = BREAKER[breaker.state];
  return (
    <span className={classes.breaker}>
      <Badge tone={tone}>{word}</Badge>
      {breaker.state === 'open' && breaker.until !== null && (
        <span className={classes.soft}>
          one is tried at <Time at={breaker.until} seconds />
        </span>
      )}
      {breaker.state !== 'open' && pausedUntil !== null && (
        <span className={classes.soft}>
          asked to be left alone until <Time at={pausedUntil} seconds />
        </span>
      )}
    </span>
  );
};

const BREAKER: Readonly<Record<Destination['breaker']['state'], readonly [Tone, string]>> = {
  closed: ['good', 'Breaker closed'],
  'half-open': ['warn', 'Trying one'],
  open: ['bad', 'Breaker open'],
};

type FigureProps = {
  readonly name: string;
  /** null: not known. */
  readonly value: number | null;
  readonly unit?: string;
  readonly isBad?: boolean;
};

const Figure = ({ name, value, unit = '', isBad = false }: FigureProps) => (
  <div>
    <dt>{name}</dt>
    <dd data-bad={isBad}>{value === null ? '?' : `${value.toLocaleString()}${unit}`}</dd>
  </div>
);

/** As dots, the latest last; each says what it was. */
const Answers = ({ answers }: { readonly answers: Destination['lastAnswers'] }) => {
  const last = answers.find(({ type }) => type !== 'Ok');
  return (
    <div className={classes.answers}>
      <span className={classes.soft}>{answers.length === 0 ? 'No answers yet' : 'Last answers'}</span>
      <ul className={classes.dots}>
        {answers.toReversed().map(({ at, type, status, reason }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several may come at once, and all are drawn anew.
          <li key={`${at} ${index}`} data-ok={type === 'Ok'} title={answerText(type, status, reason)}>
            {type === 'Ok' ? (status ?? 'ok') : (status ?? 'none')}
          </li>
        ))}
      </ul>
      {last !== undefined && (
        <p className={classes.soft}>
          Last error <Time at={last.at} seconds />: {answerText(last.type, last.status, last.reason)}
        </p>
      )}
    </div>
  );
};

const answerText = (type: string, status: number | null, reason: string | null): string =>
  type === 'Ok'
    ? `taken${status === null ? '' : `, ${status}`}`
    : [status ?? 'no answer', reason].filter(Boolean).join(' ');
