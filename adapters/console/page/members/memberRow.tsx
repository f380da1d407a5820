import { type CSSProperties, type MouseEvent, memo } from 'react';
import { useLocation } from 'wouter';
import type { ListedMember } from '../../../http/answers/memberList.ts';
import { Badge } from '../ui/badge.tsx';
import { memberPath } from '../ui/memberPath.ts';
import { Money } from '../ui/money.tsx';
import classes from './memberRow.module.css';
import { TierBadge } from './tierBadge.tsx';

export type MemberRowProps = {
  readonly index: number;
  readonly total: number;
  readonly top: number;
  /** undefined: on its way. */
  readonly member: ListedMember | undefined;
  readonly isReachable: boolean;
  readonly onPoint: (memberId: string) => void;
  readonly onFocus: (index: number, memberId: string | null) => void;
};

/** The link is there before its member is, so that the keyboard stays where it is. */
const Row = ({ index, total, top, member, isReachable, onPoint, onFocus }: MemberRowProps) => {
  const [, navigate] = useLocation();
  const onClick = (event: MouseEvent): void => {
    if (member === undefined || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(memberPath(member.memberId));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the list
    <div
      role="listitem"
      data-index={index}
      className={classes.item}
      style={{ '--top': `${top}px` } as CSSProperties}
      aria-setsize={total}
      aria-posinset={index + 1}
    >
      <a
        className={classes.row}
        href={member === undefined ? '#main' : memberPath(member.memberId)}
        tabIndex={isReachable ? 0 : -1}
        onClick={onClick}
        onFocus={() => onFocus(index, member?.memberId ?? null)}
        onMouseEnter={() => member !== undefined && onPoint(member.memberId)}
      >
        {member === undefined ? <span className={classes.coming}>Loading …</span> : <Facts member={member} />}
      </a>
    </div>
  );
};
export const MemberRow = memo(Row);

const Facts = ({ member }: { readonly member: ListedMember }) => {
  const { name, memberNumber, memberId, status, tier, progress, qualifyingSpend } = member;
  return (
    <>
      <span className={classes.who}>
        <span className={classes.name}>{name ?? 'Without a name'}</span>
        <span className={classes.number}>{memberNumber ?? <code>{memberId}</code>}</span>
      </span>
      <span className={classes.tier}>
        {status === 'active' ? (
          <TierBadge tier={tier} />
        ) : (
          <Badge tone={status === 'withdrawn' ? 'bad' : 'quiet'}>
            {status === 'withdrawn' ? 'Withdrawn' : 'No pass yet'}
          </Badge>
        )}
      </span>
      <span className={classes.progress}>
        {progress !== null && status === 'active' && <Progress progress={progress} />}
      </span>
      <span className={classes.spend}>{qualifyingSpend !== null && <Money {...qualifyingSpend} />}</span>
    </>
  );
};

const percents = new Intl.NumberFormat(undefined, { style: 'percent' });

const Progress = ({ progress }: { readonly progress: number }) => {
  const percent = percents.format(progress);
  return (
    <span className={classes.bar} style={{ '--progress': percent } as CSSProperties}>
      <span className={classes.percent}>{percent}</span>
    </span>
  );
};
