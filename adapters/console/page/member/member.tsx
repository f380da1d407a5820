import { useCallback, useMemo } from 'react';
import { Link } from 'wouter';
import type { HistoryPoint } from '../../../http/answers/history.ts';
import type { MemberNow } from '../../../http/answers/member.ts';
import { views } from '../../views.ts';
import { isNotFound } from '../api/client.ts';
import { MemberDeliveries } from '../live/memberDeliveries.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { useTimeZone } from '../ui/timeZone.ts';
import { MemberFacts, MemberNotes, nameOf } from './memberHead.tsx';
import { News } from './news.tsx';
import { PassParts } from './passParts.tsx';
import { useHistory, useMember, useMemberAt } from './queries.ts';
import { Records } from './records.tsx';
import type { TitleOf } from './sentence.ts';
import { shownText } from './shownText.ts';
import { Timeline } from './timeline.tsx';
import { TravelBar } from './travelBar.tsx';
import { isVersion, useTravel } from './useTravel.ts';

/** All of one member: its pass, how that came to be, and what the sources said. */
export const Member = ({ memberId }: { readonly memberId: string }) => {
  const { data, error, refetch } = useMember(memberId);
  // Another store may answer by now: then what was known of the member is of the one before.
  const isUnknown = isNotFound(error);
  if (data !== undefined && !isUnknown)
    return (
      <>
        <News memberId={memberId} />
        <Known member={data} />
      </>
    );
  if (error === null)
    return (
      <Page title="Member">
        <Loading what="the member" />
      </Page>
    );
  return isUnknown ? (
    <Page title="No such member">
      <Empty title={error.message}>
        {error.detail !== null && <p>{error.detail}</p>}
        <p>
          The address names a member by its record id, 15 or 18 characters.{' '}
          <Link href={views.members}>Search by number, name or id</Link>
        </p>
      </Empty>
    </Page>
  ) : (
    <Page title="Member">
      <Failure error={error} onRetry={() => void refetch()} />
    </Page>
  );
};

const Known = ({ member }: { readonly member: MemberNow }) => {
  const { memberId, version, pass } = member;
  const travel = useTravel();
  const timeZone = useTimeZone();
  const history = useHistory(memberId, version);
  const then = useMemberAt(memberId, travel.askedAt);
  // Until the first answer comes, what is shown is the pass as it is: nothing jumps.
  const at = then.data === undefined ? null : travel.askedAt;
  const shown = at === null || then.data === undefined ? member : then.data;
  const { go } = travel;
  const titleOf = useMemo(() => titlesIn(member), [member]);
  const toVersion = useCallback((to: number) => go(to >= version ? null : String(to)), [go, version]);
  const story = (
    <Timeline
      memberId={memberId}
      lastVersion={version}
      points={history.data?.points ?? NO_POINTS}
      titleOf={titleOf}
      at={at === null ? null : shown.version}
      onVersion={toVersion}
    />
  );
  return (
    <Page
      title={nameOf(member)}
      lead={<MemberFacts member={member} isPast={travel.askedAt !== null} />}
      actions={pass !== null && <a href={`/api/passes/${memberId}.pkpass`}>Download .pkpass</a>}
    >
      <MemberNotes member={member} />
      <TravelBar
        travel={travel}
        lastVersion={version}
        firstRecordedAt={history.data?.firstRecordedAt ?? null}
        told={shownText(travel.askedAt, travel.askedAt === null ? member : then.data, timeZone)}
        isAsking={then.isFetching || travel.at !== travel.askedAt}
      />
      {travel.askedAt !== null && then.error !== null ? (
        <>
          <Failure error={then.error} onRetry={() => travel.go(null)} />
          {story}
        </>
      ) : (
        <PassParts
          {...{ member, shown, history, story }}
          at={at}
          chartAt={placeOf(travel.at) ?? shown.evaluatedAt}
          onVersion={toVersion}
        >
          {member.revision > 0 && (
            <Panel title="Deliveries">
              <MemberDeliveries memberId={memberId} />
            </Panel>
          )}
          <Records memberId={memberId} lastVersion={version} />
        </PassParts>
      )}
      <p>
        <Link href={`/operate/forget?member=${encodeURIComponent(memberId)}`}>Forget this member …</Link>
      </p>
    </Page>
  );
};

const NO_POINTS: readonly HistoryPoint[] = [];

const titlesIn = ({ views: { promotions } }: MemberNow): TitleOf => {
  const granted = [...(promotions?.current ?? []), ...(promotions?.redeemed ?? [])];
  const titles = new Map(granted.map(({ id, title }) => [id, title]));
  return (grantId) => titles.get(grantId) ?? null;
};

/** A day that the slider stands on is known before its answer is. */
const placeOf = (at: string | null): string | null => (at === null || isVersion(at) ? null : at);
