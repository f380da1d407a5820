import type { Projections } from '../../../../http/answers/jobs.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Asked } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from '../operate.module.css';
import type { Ask } from './ask.ts';

export type LiveProps = { readonly projections: Projections; readonly ask: Ask };

/** Which versions the passes are made with, and the way back. */
export const Live = ({ projections, ask }: LiveProps) => {
  const { epoch, live, candidates, promotionUnderWay, canGoBack } = projections;
  return (
    <Panel
      title="Live versions"
      actions={
        <>
          <Button isDisabled={ask.isBusy} onPress={() => ask.start({ type: 'replay' })}>
            Replay everything
          </Button>
          {canGoBack && (
            <Asked
              label="Take the last promotion back"
              kind="danger"
              isDisabled={ask.isBusy || promotionUnderWay}
              title="Take the last promotion back?"
              confirm="Take it back"
              onConfirm={() => ask.start({ type: 'promote', back: true })}
            >
              <p>
                The versions from before are made live again, with what happened since. Passes that differ change back,
                and their holders are told, at most 100 a second.
              </p>
            </Asked>
          )}
        </>
      }
    >
      <div className={classes.row}>
        {live.map((ref) => (
          <Badge key={ref} tone="good">
            {ref}
          </Badge>
        ))}
      </div>
      <p className={classes.soft}>
        {promotionUnderWay
          ? `The promotion of epoch ${epoch} has not reached every member yet.`
          : `Epoch ${epoch}: ${epoch === 1 ? 'nothing was promoted yet' : `${epoch - 1} promotion${epoch === 2 ? '' : 's'} so far`}.`}{' '}
        {candidates.length === 0 && 'No version waits beside them: start with --candidate and a file to try one.'}
      </p>
    </Panel>
  );
};
