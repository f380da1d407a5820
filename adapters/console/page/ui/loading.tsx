import classes from './states.module.css';

/** what: "the members", "the view". */
export const Loading = ({ what }: { readonly what: string }) => (
  <p className={classes.loading} role="status">
    Loading {what} …
  </p>
);
