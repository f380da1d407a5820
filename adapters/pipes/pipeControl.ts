import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { type PipeName, topology } from '../topology.ts';
import type { PipeFailure } from './failure.ts';

/** Pausing and resuming the live pipes. Names are those of the topology; any other is PipeUnknown. */
export type PipeControl = {
  /** In the order of the topology. What is not deployed is left out. */
  readonly list: TaskEither<PipeFailure, readonly PipeView[]>;
  /** Resolves once the pipe is STOPPED. Nothing is lost: what comes meanwhile waits in its stream, for 24 hours. Safe to repeat. */
  readonly pause: (name: string) => TaskEither<PipeFailure, Turned>;
  /** Resolves once the pipe is RUNNING. Safe to repeat. */
  readonly resume: (name: string) => TaskEither<PipeFailure, Turned>;
};

export type PipeView = {
  readonly name: PipeName;
  /** Where its records come from and go to, by the names of the topology. */
  readonly from: string;
  readonly to: string;
  readonly desired: RequestedState;
  readonly current: PipeState;
  /** Why it is in a state of failure, or does not leave its state; null: nothing was said. */
  readonly reason: string | null;
};

/** changed: false where it had been asked for before. */
export type Turned = PipeView & { readonly changed: boolean };

export type RequestedState = 'RUNNING' | 'STOPPED';
export type FailedState =
  | 'CREATE_FAILED'
  | 'UPDATE_FAILED'
  | 'START_FAILED'
  | 'STOP_FAILED'
  | 'DELETE_FAILED'
  | 'CREATE_ROLLBACK_FAILED'
  | 'DELETE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_FAILED';
/** As the Pipes API names them (EventBridge Pipes API reference, DescribePipe, CurrentState; read November 2026). */
export type PipeState = RequestedState | 'CREATING' | 'UPDATING' | 'DELETING' | 'STARTING' | 'STOPPING' | FailedState;

export const isFailedState = (state: PipeState): state is FailedState => state.endsWith('_FAILED');

export const pipeNames = Object.keys(topology.pipes) as readonly PipeName[];

/** The pipe of that name; null: there is none. */
export const pipeNamed = (name: string): PipeName | null => pipeNames.find((known) => known === name) ?? null;

/** From where to where a pipe leads. */
export const endsOf = (name: PipeName): Pick<PipeView, 'from' | 'to'> => {
  const { source, target } = topology.pipes[name];
  return { from: `${source.table} table`, to: target.type === 'bus' ? `${target.bus} bus` : target.function };
};
