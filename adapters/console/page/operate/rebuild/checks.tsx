import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Asked } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Choice, Select } from '../../ui/select.tsx';
import classes from '../operate.module.css';
import type { Ask } from './ask.ts';

/** What is stored held against the log, and passes against what was published. */
export const Checks = ({ ask }: { readonly ask: Ask }) => (
  <Panel title="Check">
    <div className={classes.checks}>
      <Verify ask={ask} />
      <section>
        <h3>Reconcile</h3>
        <p className={classes.soft}>
          Finds passes that are behind their events, or that the wallet bus never carried, and repairs them.
        </p>
        <Asked
          label="Reconcile"
          isDisabled={ask.isBusy}
          title="Reconcile all members?"
          confirm="Reconcile"
          onConfirm={() => ask.start({ type: 'reconcile' })}
        >
          <p>
            Passes that are behind are folded, and those that nobody was told of are published: their holders hear of
            it.
          </p>
          <p>Where all is well, nothing happens.</p>
        </Asked>
      </section>
    </div>
  </Panel>
);

const SHARES: readonly Choice<'0.01' | '0.1' | '1'>[] = [
  { id: '0.01', label: '1 % of the members' },
  { id: '0.1', label: '10 % of the members' },
  { id: '1', label: 'All members' },
];

const Verify = ({ ask }: { readonly ask: Ask }) => {
  const [share, setShare] = useState<'0.01' | '0.1' | '1'>('1');
  return (
    <section>
      <h3>Verify</h3>
      <p className={classes.soft}>Folds events again and compares with what is stored. Writes nothing.</p>
      <div className={classes.row}>
        <Select label="How many" choices={SHARES} value={share} onChange={setShare} />
      </div>
      <Button isDisabled={ask.isBusy} onPress={() => ask.start({ type: 'verify', sample: Number(share) })}>
        Verify
      </Button>
    </section>
  );
};
