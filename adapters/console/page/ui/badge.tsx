import type { ReactNode } from 'react';
import classes from './badge.module.css';

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'quiet';

/** A state in a word or two; the word says it, the colour only helps. */
export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) => (
  <span className={`${classes.badge} ${classes[tone]}`}>{children}</span>
);
