import classes from './cardBack.module.css';

export type CardBackProps = {
  readonly label: string;
  readonly items: readonly { readonly id: string; readonly label: string; readonly text: string }[];
};

/** What a holder reads behind the card. Newlines are kept, as wallets keep them. */
export const CardBack = ({ label, items }: CardBackProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to for the keyboard too
  <section className={classes.back} aria-label={label} tabIndex={0}>
    {items.length === 0 ? (
      <p className={classes.none}>Nothing stands here.</p>
    ) : (
      <dl className={classes.fields}>
        {items.map(({ id, label: name, text }) => (
          <div key={id} className={classes.field}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    )}
  </section>
);
