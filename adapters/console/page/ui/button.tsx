import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps, ProgressBar } from 'react-aria-components';
import classes from './button.module.css';

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'style' | 'children'> & {
  /** main: the one thing to do here. danger: what cannot be taken back. */
  readonly kind?: 'main' | 'plain' | 'danger';
  readonly children?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
};

export const Button = ({ kind = 'plain', children, ...props }: ButtonProps) => (
  <AriaButton {...props} className={`${classes.button} ${classes[kind]}`}>
    {children}
    {/* What is announced of a button that is busy. */}
    {props.isPending === true && <ProgressBar aria-label="Under way" isIndeterminate className={classes.busy ?? ''} />}
  </AriaButton>
);
