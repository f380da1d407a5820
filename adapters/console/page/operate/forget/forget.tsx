import { Link, useLocation, useSearch } from 'wouter';
import type { ForgottenPage } from '../../../../http/answers/forgotten.ts';
import { isNotFound } from '../../api/client.ts';
import { nameOf } from '../../member/memberHead.tsx';
import { useMember } from '../../member/queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AskToForget } from './ask.tsx';
import { useForget, useForgetting, useForgotten } from './queries.ts';
import { ShownForgetting } from './shownForgetting.tsx';
import { Who } from './who.tsx';

/** Members who ask to be forgotten: asked for, followed, certified. ?member=: whom it is about. */
export const Forget = () => {
  const memberId = new URLSearchParams(useSearch()).get('member');
  const [, navigate] = useLocation();
  return (
    <Page
      title="Forget a member"
      lead="Destroys what is personal of a member who asks for it, everywhere, and certifies that nothing is left. It cannot be undone."
    >
      <OfOne
        key={memberId}
        memberId={memberId}
        onChoose={(chosen) => navigate(pathOf(chosen), { replace: memberId === null })}
      />
      <Panel title="Who was forgotten">
        <Forgotten />
      </Panel>
    </Page>
  );
};

const pathOf = (memberId: string): string => `/operate/forget?member=${encodeURIComponent(memberId)}`;

type OfOneProps = { readonly memberId: string | null; readonly onChoose: (memberId: string) => void };

const OfOne = ({ memberId, onChoose }: OfOneProps) => {
  const forget = useForget();
  const { data: listed } = useForgotten(forget.isPending);
  const isListed = listed?.some((one) => one.memberId === memberId) ?? false;
  const asked = useForgetting(memberId, isListed);
  const member = useMember(memberId ?? '', memberId !== null);
  const isForgotten = isListed || forget.isPending;
  const label = memberId === null ? '' : isForgotten || member.data === undefined ? memberId : nameOf(member.data);
  return (
    <>
      <Panel title="Who asks to be forgotten?">
        <Who memberId={memberId} label={label} onChoose={onChoose} />
        {member.error !== null && !isForgotten && (
          <Failure error={member.error} {...(!isNotFound(member.error) && { onRetry: () => void member.refetch() })} />
        )}
      </Panel>
      {forget.error !== null && asked.data?.failure == null && asked.data?.isUnderWay !== true && (
        <Failure error={forget.error} />
      )}
      {memberId !== null && isForgotten && (
        <ShownForgetting
          memberId={memberId}
          forgetting={asked.data ?? null}
          isAsking={forget.isPending}
          onAgain={() => forget.mutate(memberId)}
        />
      )}
      {memberId !== null && listed !== undefined && !isForgotten && member.data !== undefined && (
        <AskToForget member={member.data} isBusy={forget.isPending} onForget={() => forget.mutate(memberId)} />
      )}
    </>
  );
};

const Forgotten = () => {
  const { data, error, refetch } = useForgotten();
  if (data === undefined)
    return error === null ? (
      <Loading what="who was forgotten" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  if (data.length === 0) return <Empty title="Nobody was forgotten">Whoever asks for it is listed here, by id.</Empty>;
  return <Table label="Who was forgotten" columns={COLUMNS} rows={data} idOf={({ memberId }) => memberId} />;
};

const COLUMNS: readonly Column<ForgottenPage['items'][number]>[] = [
  {
    title: 'Record id',
    cell: ({ memberId }) => (
      <Link href={pathOf(memberId)}>
        <code>{memberId}</code>
      </Link>
    ),
  },
  { title: 'Asked', cell: ({ askedAt }) => <Time at={askedAt} /> },
  {
    title: 'State',
    cell: ({ isSettled }) =>
      isSettled ? <Badge tone="good">over</Badge> : <Badge tone="warn">something is left to be done</Badge>,
  },
];
