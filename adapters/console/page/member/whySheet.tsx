import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { WhyAnswer } from '../../../http/answers/why.ts';
import { valueText } from '../pass/valueText.ts';
import { Button } from '../ui/button.tsx';
import { shortDay } from '../ui/days.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Time } from '../ui/time.tsx';
import { useWhy } from './queries.ts';
import { SourceFields } from './sourceFields.tsx';
import classes from './why.module.css';
import { WhySteps } from './whySteps.tsx';
import { COUNTED_AT_FIRST, COUNTED_AT_MOST, WhySum } from './whySum.tsx';

export type WhySheetProps = {
  readonly memberId: string;
  /** A path of the pass; null: nothing is asked. */
  readonly what: string | null;
  readonly at: string | null;
  readonly onClose: () => void;
  /** To look at the member as it was right after an event. */
  readonly onVersion: (version: number) => void;
};

/** Where a value comes from, beside the member it is asked of. */
export const WhySheet = ({ what, onClose, ...asked }: WhySheetProps) => (
  <ModalOverlay
    className={classes.overlay ?? ''}
    isDismissable
    isOpen={what !== null}
    onOpenChange={(isOpen) => {
      if (!isOpen) onClose();
    }}
  >
    <Modal className={classes.sheet ?? ''}>
      <Dialog className={classes.dialog ?? ''}>
        <div className={classes.head}>
          <Heading slot="title" level={2}>
            Why <code>{what}</code>?
          </Heading>
          <Button slot="close">Close</Button>
        </div>
        {what !== null && <Answer what={what} {...asked} />}
      </Dialog>
    </Modal>
  </ModalOverlay>
);

const Answer = ({
  memberId,
  what,
  at,
  onVersion,
}: Omit<WhySheetProps, 'onClose' | 'what'> & { readonly what: string }) => {
  const [most, setMost] = useState<number>(COUNTED_AT_FIRST);
  const { data, error, refetch, isPlaceholderData } = useWhy(memberId, what, at, most);
  if (data === undefined)
    return error === null ? <Loading what="the reasons" /> : <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <div className={classes.answer}>
      <p className={classes.value}>{valueText(data.value)}</p>
      <p className={classes.soft}>
        Version {data.version}, seen on <Time at={data.evaluatedAt} />
      </p>
      <Because answer={data} />
      {data.sum !== null && (
        <WhySum
          sum={data.sum}
          onVersion={onVersion}
          isAsking={isPlaceholderData}
          onMore={most === COUNTED_AT_MOST ? null : () => setMost(COUNTED_AT_MOST)}
        />
      )}
      <WhySteps answer={data} onVersion={onVersion} />
      {data.definition !== null && (
        <section className={classes.part}>
          <h3>Defined by</h3>
          <SourceFields source={data.definition} />
        </section>
      )}
    </div>
  );
};

const Because = ({ answer: { because, timeAlone, value } }: { readonly answer: WhyAnswer }) => (
  <>
    {because.map((sentence) => (
      <p key={sentence}>{sentence}</p>
    ))}
    {timeAlone !== null && (
      <p className={classes.alone}>
        If nothing else happens, from <time dateTime={timeAlone.on}>{shortDay(timeAlone.on)}</time> on:{' '}
        {valueText(value)} → {valueText(timeAlone.value)}.
      </p>
    )}
  </>
);
