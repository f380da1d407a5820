import { ApiFailure } from '../api/client.ts';
import { Button } from './button.tsx';
import classes from './states.module.css';

export type FailureProps = { readonly error: unknown; readonly onRetry?: () => void };

/** What went wrong, in the words of whoever refused. */
export const Failure = ({ error, onRetry }: FailureProps) => {
  const { title, detail } = wordsOf(error);
  return (
    <div className={classes.failure} role="alert">
      <p className={classes.title}>{title}</p>
      {detail !== null && <p>{detail}</p>}
      {onRetry !== undefined && <Button onPress={onRetry}>Try again</Button>}
    </div>
  );
};

const wordsOf = (error: unknown): { readonly title: string; readonly detail: string | null } => {
  if (error instanceof ApiFailure) return { title: error.message, detail: error.detail };
  return { title: 'Something went wrong on this page', detail: error instanceof Error ? error.message : null };
};
