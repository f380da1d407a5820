import { useId } from 'react';
import { Link } from 'wouter';
import { views } from '../../views.ts';
import classes from './tries.module.css';

/** What shows most of it in three clicks. */
export const Tries = () => {
  const heading = useId();
  return (
    <section className={classes.tries} aria-labelledby={heading}>
      <h2 id={heading}>Three things to try</h2>
      <ol>
        <li>
          <Link href={views.members}>Find a member</Link>
          <p>Its pass, and why each value stands there.</p>
        </li>
        <li>
          <Link href="/operate/sample">Make a purchase</Link>
          <p>A made-up one: it goes through here to the pass.</p>
        </li>
        <li>
          <Link href="/operate/rebuild">Replay</Link>
          <p>Every pass made anew of its events.</p>
        </li>
      </ol>
    </section>
  );
};
