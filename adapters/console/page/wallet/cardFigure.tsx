import { type ReactNode, useId } from 'react';
import classes from './cardFigure.module.css';

export type CardFigureProps = {
  readonly title: string;
  /** What has to be known of the drawing; null: it is as on a phone. */
  readonly note: string | null;
  readonly action?: ReactNode;
  readonly children: ReactNode;
};

/** A card and where it is seen. */
export const CardFigure = ({ title, note, action, children }: CardFigureProps) => {
  const caption = useId();
  return (
    <figure className={classes.figure} aria-labelledby={caption}>
      <figcaption className={classes.caption}>
        <span id={caption}>{title}</span>
        {action}
      </figcaption>
      {children}
      {note !== null && <p className={classes.note}>{note}</p>}
    </figure>
  );
};
