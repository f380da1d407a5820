import type { Pass } from '#domain/index.ts';
import { type Column, Table } from '../ui/table.tsx';
import { WalletCards } from '../wallet/walletCards.tsx';
import classes from './beforeAfter.module.css';
import { type Change, changesOf } from './changes.ts';

export type BeforeAfterProps = {
  /** The paths that differ. */
  readonly changed: readonly string[];
  /** null: there was none. */
  readonly before: Pass | null;
  /** null: there is none yet. */
  readonly after: Pass | null;
};

/** A pass as both wallets draw it, before and after, and what of it is another. */
export const BeforeAfter = ({ changed, before, after }: BeforeAfterProps) => (
  <div className={classes.all}>
    {changed.length > 0 && (
      <Table
        label="What changed"
        columns={COLUMNS}
        rows={changesOf(changed, before, after)}
        idOf={({ path }) => path}
      />
    )}
    <div className={classes.sides}>
      <Side label="Before" pass={before} none="There was no pass." />
      <Side label="After" pass={after} none="It appears when the pass has changed." />
    </div>
  </div>
);

type SideProps = { readonly label: string; readonly pass: Pass | null; readonly none: string };

const Side = ({ label, pass, none }: SideProps) => (
  <section className={classes.side} aria-label={label}>
    <h3>{label}</h3>
    {pass === null ? <p className={classes.none}>{none}</p> : <WalletCards pass={pass} label={label} />}
  </section>
);

const COLUMNS: readonly Column<Change>[] = [
  { title: 'Field', cell: ({ path }) => <code>{path}</code> },
  { title: 'Before', cell: ({ before }) => before },
  { title: 'After', cell: ({ after }) => <strong>{after}</strong> },
];
