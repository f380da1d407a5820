import type { ReactNode } from 'react';
import type { MemberNow, MemberThen } from '../../../http/answers/member.ts';
import { Empty } from '../ui/empty.tsx';
import { Panel } from '../ui/panel.tsx';
import { WalletCards } from '../wallet/walletCards.tsx';
import { Changes } from './changes.tsx';
import classes from './member.module.css';
import { Promotions } from './promotions.tsx';
import type { useHistory } from './queries.ts';
import { SpendOverTime } from './spendOverTime.tsx';
import { TierProgress } from './tierProgress.tsx';
import { useInAddress } from './useInAddress.ts';
import { Values } from './values.tsx';
import { WhySheet } from './whySheet.tsx';

export type PassPartsProps = {
  readonly member: MemberNow;
  /** As it was where the slider stands. */
  readonly shown: MemberNow | MemberThen;
  readonly history: ReturnType<typeof useHistory>;
  /** null: now. */
  readonly at: string | null;
  readonly chartAt: string;
  readonly onVersion: (version: number) => void;
  /** What happened. */
  readonly story: ReactNode;
  /** What else there is to the member, wherever the slider stands. */
  readonly children: ReactNode;
};

/** The pass where the slider stands: drawn, in numbers, and where each of them comes from. */
export const PassParts = ({ member, shown, history, at, ...more }: PassPartsProps) => {
  const { chartAt, onVersion, story, children } = more;
  const [what, setWhat] = useInAddress('why');
  const { memberId } = member;
  const { pass } = shown;
  return (
    <>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel title={at === null ? 'The pass' : 'The pass as it was'}>
            {pass === null ? (
              <Empty title="No pass">
                {at === null ? 'The member is provisional.' : 'The member was provisional then.'}
              </Empty>
            ) : (
              <WalletCards pass={pass} />
            )}
          </Panel>
          {at !== null && (
            <Changes
              {...{ memberId, at }}
              then={shown}
              now={member}
              firstRecordedAt={history.data?.firstRecordedAt ?? null}
            />
          )}
          {pass !== null && <TierProgress pass={pass} />}
          {pass !== null && <Values pass={pass} onWhy={setWhat} />}
          {story}
        </div>
        <div className={classes.column}>
          <SpendOverTime history={history.data} error={history.error} onRetry={history.refetch} at={chartAt} />
          <Promotions promotions={shown.views.promotions} at={at === null ? null : shown.evaluatedAt} />
          {children}
        </div>
      </div>
      <WhySheet
        memberId={memberId}
        what={what}
        at={at}
        onClose={() => setWhat(null)}
        onVersion={(version) => {
          setWhat(null);
          onVersion(version);
        }}
      />
    </>
  );
};
