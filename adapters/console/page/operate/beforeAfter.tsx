import { Fragment } from 'react';
import type { Pass } from '#domain/index.ts';
import { changesAt, type PassChange } from '../pass/passChanges.ts';
import { type Column, Table } from '../ui/table.tsx';
import { WalletCards } from '../wallet/walletCards.tsx';
import classes from './beforeAfter.module.css';

export type BeforeAfterProps = {
  /** The paths that differ. */
  readonly changed: readonly string[];
  /** null: there was none. */
  readonly before: Pass | null;
  /** null: there is none yet. */
  readonly after: Pass | null;
};

/** What of a pass is another. */
export const Changes = ({ changed, before, after }: BeforeAfterProps) =>
  changed.length === 0 ? null : (
    <Table label="What changed" columns={COLUMNS} rows={changesAt(changed, before, after)} idOf={({ path }) => path} />
  );

/** A pass as both wallets draw it, before and after. */
export const BeforeAfter = ({ before, after }: Omit<BeforeAfterProps, 'changed'>) => (
  <div className={classes.sides}>
    <Side label="Before" pass={before} none="There was no pass." />
    <Side label="After" pass={after} none="It appears when the pass has changed." />
  </div>
);

type SideProps = { readonly label: string; readonly pass: Pass | null; readonly none: string };

const Side = ({ label, pass, none }: SideProps) => (
  <section className={classes.side} aria-label={label}>
    <h3>{label}</h3>
    {pass === null ? <p className={classes.none}>{none}</p> : <WalletCards pass={pass} label={label} />}
  </section>
);

/** May be broken at its dots, nowhere else. */
const Path = ({ path }: { readonly path: string }) => (
  <code>
    {path.split('.').map((part, index) => (
      <Fragment key={part}>
        {index > 0 && (
          <>
            .<wbr />
          </>
        )}
        {part}
      </Fragment>
    ))}
  </code>
);

const COLUMNS: readonly Column<PassChange>[] = [
  { title: 'Field', cell: ({ path }) => <Path path={path} /> },
  { title: 'Before', cell: ({ before }) => before },
  { title: 'After', cell: ({ after }) => <strong>{after}</strong> },
];
