import { ProgressBar as AriaProgressBar, Label } from 'react-aria-components';
import classes from './progressBar.module.css';

export type ProgressBarProps = {
  readonly label: string;
  readonly value: number;
  /** null: nobody knows how much there is. */
  readonly total: number | null;
  /** "420 of 1,200, 12 s left"; default: the share in percent. */
  readonly told?: string;
};

export const ProgressBar = ({ label, value, total, told }: ProgressBarProps) => {
  const share = total === null || total === 0 ? 0 : Math.min(1, value / total);
  const text = told ?? `${Math.floor(share * 100)} %`;
  return (
    <AriaProgressBar
      className={classes.progress ?? ''}
      isIndeterminate={total === null}
      value={share}
      maxValue={1}
      valueLabel={text}
    >
      <div className={classes.head}>
        <Label>{label}</Label>
        <span className={classes.told}>{text}</span>
      </div>
      <div className={classes.track}>
        <div
          className={total === null ? `${classes.fill} ${classes.unknown}` : classes.fill}
          style={{ ['--share' as string]: share }}
        />
      </div>
    </AriaProgressBar>
  );
};
