import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import classes from './button.module.css';

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'style'> & {
  /** main: the one thing to do here. danger: what cannot be taken back. */
  readonly kind?: 'main' | 'plain' | 'danger';
};

export const Button = ({ kind = 'plain', ...props }: ButtonProps) => (
  <AriaButton {...props} className={`${classes.button} ${classes[kind]}`} />
);
