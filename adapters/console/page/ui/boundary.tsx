import { Component, type ReactNode } from 'react';
import { Failure } from './failure.tsx';

type State = { readonly error: unknown };

/** A view that fails says so and can be tried again; the others go on. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };
  static getDerivedStateFromError = (error: unknown): State => ({ error });

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <Failure error={error} onRetry={() => this.setState({ error: null })} />
    );
  }
}
