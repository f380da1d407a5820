import { useState } from 'react';
import type { ShownJob } from '../../../../http/answers/jobs.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Asked } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TextField } from '../../ui/textField.tsx';
import classes from '../operate.module.css';
import { countOf } from '../words.ts';
import type { Ask } from './ask.ts';
import { jobOutcome, obstaclesOf } from './jobWords.ts';
import { wayOf } from './way.ts';

export type CandidateProps = {
  readonly projection: string;
  /** It was live until the last promotion. */
  readonly isBefore: boolean;
  readonly jobs: readonly ShownJob[];
  readonly ask: Ask;
  readonly onShow: (jobId: string | null) => void;
};

/** A version that waits beside the live one: made ready, compared, promoted, in this order. */
export const Candidate = ({ projection, isBefore, jobs, ask, onShow }: CandidateProps) => {
  const { replayed, compared, next: following } = wayOf(jobs, projection);
  const next = isBefore ? null : following;
  return (
    <Panel title={isBefore ? `${projection}, the version before` : `${projection} waits`}>
      {isBefore && (
        <p className={classes.soft}>
          It is kept up to date, for the way back: “Take the last promotion back” makes it live again.
        </p>
      )}
      <ol className={classes.steps}>
        <li>
          <div>
            <h3>Make it ready</h3>
            <p className={classes.soft}>
              {replayed === null
                ? 'Fold all events with it, beside the live version. Nobody sees it, and live traffic goes on.'
                : jobOutcome(replayed)}
            </p>
          </div>
          <Button
            kind={next === 'replay' ? 'main' : 'plain'}
            isDisabled={ask.isBusy}
            onPress={() => ask.start({ type: 'replay', projection })}
          >
            Replay {projection}
          </Button>
        </li>
        <li>
          <div>
            <h3>Compare</h3>
            <p className={classes.soft}>
              {compared === null
                ? 'Which passes would change, and how many holders would be told.'
                : jobOutcome(compared)}
            </p>
          </div>
          <Button
            kind={next === 'diff' ? 'main' : 'plain'}
            isDisabled={ask.isBusy}
            onPress={() => {
              onShow(null);
              ask.start({ type: 'diff', projection });
            }}
          >
            Compare {projection}
          </Button>
        </li>
        <li>
          <div>
            <h3>Promote</h3>
            <p className={classes.soft}>
              {compared === null
                ? 'Make it live, once it was compared. Only passes that differ are published.'
                : 'Make it live. Only passes that differ are published.'}
            </p>
            {compared !== null &&
              obstaclesOf(compared.tally).map((one) => (
                <Badge key={one} tone="warn">
                  {one}
                </Badge>
              ))}
          </div>
          <Promote projection={projection} compared={compared} isNext={next === 'promote'} ask={ask} />
        </li>
      </ol>
    </Panel>
  );
};

type PromoteProps = {
  readonly projection: string;
  readonly compared: ShownJob | null;
  readonly isNext: boolean;
  readonly ask: Ask;
};

/** Asked only after a comparison: then it can be said how many holders are told. */
const Promote = ({ projection, compared, isNext, ask }: PromoteProps) => {
  const [rate, setRate] = useState('100');
  const pushes = compared?.tally.counts.pushes ?? 0;
  const isRate = /^\d{1,5}(\.\d)?$/.test(rate) && Number(rate) > 0;
  const isReady = compared !== null && obstaclesOf(compared.tally).length === 0;
  return (
    <Asked
      label={`Promote ${projection}`}
      kind={isNext ? 'main' : 'plain'}
      isDisabled={ask.isBusy || !isReady}
      title={`Make ${projection} live?`}
      confirm={`Promote, ${countOf(pushes, 'push', 'pushes')}`}
      canConfirm={isRate}
      onConfirm={() => ask.start({ type: 'promote', projection, pushesPerSecond: Number(rate) })}
    >
      <p>
        <strong>{countOf(pushes, 'push', 'pushes')}</strong>: so many holders are told that their pass changed, as the
        last comparison found. It is compared once more before the switch. It can be taken back, which tells them again.
      </p>
      <TextField
        label="Pushes a second, at most"
        value={rate}
        onChange={setRate}
        inputMode="decimal"
        fault={isRate ? null : 'A number above 0 and below 100,000.'}
      />
    </Asked>
  );
};
