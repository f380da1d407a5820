import { Label, Meter } from 'react-aria-components';
import type { Pass } from '#domain/index.ts';
import { moneyText } from '../ui/moneyText.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './tierProgress.module.css';

/** How far to the next tier, in words and as a bar. */
export const TierProgress = ({ pass: { tier } }: { readonly pass: Pass }) => (
  <Panel title="Progress to the next tier">
    <Meter className={classes.meter ?? ''} value={tier.progress} maxValue={1} valueLabel={wordsOf(tier)}>
      <div className={classes.head}>
        <Label className={classes.tier ?? ''}>{tier.name ?? 'No tier'}</Label>
        <span className={classes.words}>{wordsOf(tier)}</span>
      </div>
      <div className={classes.track}>
        <div className={classes.fill} style={{ ['--share' as string]: tier.progress }} />
      </div>
    </Meter>
    <p className={classes.note}>
      Qualifying spend {moneyText(tier.qualifyingSpend.amount, tier.qualifyingSpend.currency)}
      {tier.next !== null &&
        `; ${tier.next.name} begins at ${moneyText(tier.next.threshold, tier.qualifyingSpend.currency)}`}
      .
    </p>
  </Panel>
);

/** "123.00 EUR to Gold". */
const wordsOf = ({ next, qualifyingSpend: { currency } }: Pass['tier']): string =>
  next === null ? 'No higher tier' : `${moneyText(next.remaining, currency)} to ${next.name}`;
