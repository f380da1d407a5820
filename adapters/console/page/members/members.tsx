import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { memberPath } from '../ui/memberPath.ts';
import { Page } from '../ui/page.tsx';
import { useMemberList } from './memberList.ts';
import { MemberRows, type RowsHandle } from './memberRows.tsx';
import classes from './members.module.css';
import { NoMembers } from './noMembers.tsx';
import { Preview } from './preview.tsx';
import { Search } from './search.tsx';
import { useQ } from './useQ.ts';

/** All members that have a pass: found by number, name or id, a hundred thousand as smoothly as ten. */
export const Members = () => {
  const { typed, q, setTyped } = useQ();
  const list = useMemberList(q);
  const rows = useRef<RowsHandle>(null);
  const [, navigate] = useLocation();
  const [shownId, setShownId] = useState<string | null>(null);
  const first = list.first.data;
  const open = (): void => {
    const [member] = first?.items ?? [];
    if (member !== undefined && !list.isStale) navigate(memberPath(member.memberId));
  };
  return (
    <Page title="Members" lead="Whoever has a pass. A member without one yet is found by its exact id.">
      <div className={classes.view}>
        <div className={classes.list}>
          <Search
            value={typed}
            onChange={setTyped}
            onDown={() => rows.current?.focus()}
            onEnter={open}
            isCounting={first?.complete === false}
          >
            {first === undefined ? '' : saidOf(first)}
          </Search>
          {first === undefined ? (
            list.first.error === null ? (
              <Loading what="the members" />
            ) : (
              <Failure error={list.first.error} onRetry={() => void list.first.refetch()} />
            )
          ) : first.total === 0 ? (
            <NoMembers q={first.q} complete={first.complete} onClear={() => setTyped('')} />
          ) : (
            <MemberRows ref={rows} list={list} onShown={setShownId} />
          )}
        </div>
        <Preview memberId={shownId ?? first?.items[0]?.memberId ?? null} />
      </div>
    </Page>
  );
};

const saidOf = ({
  q,
  total,
  known,
  complete,
  unreadable,
}: NonNullable<ReturnType<typeof useMemberList>['first']['data']>): string => {
  const count = new Intl.NumberFormat();
  const members = `${count.format(total)} ${total === 1 ? 'member' : 'members'}`;
  const found = q === '' ? members : `${members} found`;
  if (!complete) return `${found} so far: ${count.format(known)} read`;
  return unreadable === 0 ? found : `${found}; ${count.format(unreadable)} cannot be read, see the log`;
};
