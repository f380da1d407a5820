import type { MemberNow } from '../../../http/answers/member.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import classes from './member.module.css';

/** Who it is, and how it stands: what support reads first. */
export const MemberFacts = ({ member, isPast }: { readonly member: MemberNow; readonly isPast: boolean }) => {
  const { memberId, state, pass, views, version, revision, evaluatedAt } = member;
  return (
    <span className={classes.facts}>
      {isPast && <span>Today:</span>}
      {pass?.tier.name != null && <Badge tone="info">{pass.tier.name}</Badge>}
      <Badge tone={TONES[state]}>{state}</Badge>
      {views.holder?.memberNumber != null && <span>{views.holder.memberNumber}</span>}
      <code>{memberId}</code>
      <span>version {version}</span>
      <span>{revision === 0 ? 'never published' : `revision ${revision}`}</span>
      <span>
        pass as of <Time at={evaluatedAt} />
      </span>
    </span>
  );
};

const TONES: Readonly<Record<MemberNow['state'], Tone>> = { active: 'good', provisional: 'warn', withdrawn: 'bad' };

export const nameOf = ({ pass, memberId }: MemberNow): string => {
  const name = [pass?.holder.firstName, pass?.holder.lastName].filter((part) => part != null).join(' ');
  return name === '' ? (pass?.memberNumber ?? memberId) : name;
};

/** What keeps the pass from being right: out of date, or held back by a projection that failed. */
export const MemberNotes = ({ member: { stale, parked, state } }: { readonly member: MemberNow }) =>
  stale.length + parked.length === 0 && state !== 'provisional' ? null : (
    <ul className={classes.notes}>
      {state === 'provisional' && (
        <li>
          Provisional: there is no pass yet. Events are known, but not the member’s own number; as soon as a source says
          it, the pass is issued. What was said of its own record stands under “Source records”.
        </li>
      )}
      {stale.map(({ scope, object, id, since }) => (
        <li key={`${scope}${object}${id ?? ''}`}>
          May be out of date: a change of {id === undefined ? `any ${object}` : `${object} ${id}`} was not told, since{' '}
          <Time at={since} />. It is read again by the next load.
        </li>
      ))}
      {parked.map(({ projection, reason, asOf, parkedAt }) => (
        <li key={projection}>
          Parked: {projection} failed after version {asOf} (<Time at={parkedAt} />
          ): {reason}
        </li>
      ))}
    </ul>
  );
