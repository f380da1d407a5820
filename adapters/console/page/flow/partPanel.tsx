import type { PartKind } from '../../../flow/parts.ts';
import type { PartDetail } from '../../../http/answers/flow.ts';
import { topology } from '../../../topology.ts';
import { Badge } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import { declarationOf, type Fact } from './declaration.ts';
import classes from './details.module.css';
import { ageText, countText, rateText, stateText, waitingText } from './inWords.ts';
import { Items } from './items.tsx';
import { ONE_OF, PASSED } from './partWords.ts';

/** One part: how it is declared, what it did, what it holds. */
export const PartPanel = ({ part }: { readonly part: PartDetail }) => {
  const [kind, name] = part.id.split('/') as [PartKind, string];
  const trouble = stateText(part.state, kind === 'destinations' ? 'outside' : 'work');
  const isDeadLetters =
    kind === 'queues' &&
    Object.entries(topology.queues).some(([found, { type }]) => found === name && type === 'deadLetter');
  return (
    <section className={classes.part} aria-label={`${ONE_OF[kind]} ${name}`}>
      <h3 className={classes.partName}>
        <span className={classes.kind}>{isDeadLetters ? 'Dead letters' : ONE_OF[kind]}</span> <code>{name}</code>
        {trouble !== null && <Badge tone={part.state === 'down' ? 'bad' : 'warn'}>{trouble}</Badge>}
        {isDeadLetters && (
          <Badge tone={part.dead > 0 ? 'bad' : 'good'}>{part.dead > 0 ? countText(part.dead) : 'None'}</Badge>
        )}
      </h3>
      {!isDeadLetters && (
        <Facts facts={[...declarationOf(topology, { kind, name }), ...part.facts, ...numbersOf(kind, part)]} />
      )}
      {part.queue.length > 0 && <Items title="First in the queue" items={part.queue} />}
      {part.deadLetters.length > 0 && <Items title="Given up on" items={part.deadLetters} />}
      {part.failures.length > 0 && (
        <Items
          title="Last failures"
          items={part.failures.map(({ at, reason, items }, index) => ({
            ...{ id: `${at}-${index}`, what: items === 1 ? 'One item' : `${countText(items)} items` },
            ...{ at, reason, memberId: null, tries: null },
          }))}
        />
      )}
      {part.last.length > 0 && <Items title={LAST[kind] ?? 'Last'} items={part.last} />}
    </section>
  );
};

const LAST: Readonly<Partial<Record<PartKind, string>>> = {
  buckets: 'Last files',
  buses: 'Last events',
  tables: 'Last writes',
  destinations: 'Last answers',
};

const numbersOf = (kind: PartKind, part: PartDetail): readonly Fact[] => {
  const waiting = waitingText(part);
  const isCounted =
    kind !== 'middleware' && kind !== 'schedules' && kind !== 'nightly' && !UNCOUNTED_TABLES.includes(part.id);
  return [
    ...(isCounted
      ? [
          {
            name: PASSED[kind],
            value: `${countText(part.passed)} since this start${part.perSecond > 0 ? `, ${rateText(part.perSecond)}` : ''}`,
          },
        ]
      : []),
    ...(part.arrived > 0 ? [{ name: 'Messages sent to it', value: countText(part.arrived) }] : []),
    ...(waiting === null ? [] : [{ name: 'In hand or waiting', value: waiting }]),
    ...(part.failed > 0 ? [{ name: 'Failed tries', value: countText(part.failed) }] : []),
    ...(part.dead > 0 ? [{ name: 'Dead', value: countText(part.dead) }] : []),
    ...(part.meanMs === null
      ? []
      : [{ name: 'Calls', value: `${countText(part.calls)}, ${ageText(part.meanMs)} each` }]),
  ];
};

/** Nobody follows their writes. */
const UNCOUNTED_TABLES = ['tables/keys', 'tables/ops', 'tables/deliveries'];

export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className={classes.facts}>
    {facts.map(({ name, value, isCode, at = null }) => (
      <div key={`${name} ${isCode === true ? value : ''}`}>
        <dt>{name}</dt>
        <dd>
          {isCode === true ? <code className={classes.code}>{value}</code> : value}
          {at !== null && (
            <>
              {' '}
              <Time at={at} seconds />
            </>
          )}
        </dd>
      </div>
    ))}
  </dl>
);
