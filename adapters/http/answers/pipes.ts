import * as t from 'io-ts';
import type { PipeState, PipeView, RequestedState } from '../../pipes/pipeControl.ts';
import { topology } from '../../topology.ts';
import { orNull, pageOf } from './common.ts';

const view = {
  name: t.keyof(topology.pipes, 'PipeName'),
  /** Where its records come from and go to, by the names of the topology. */
  from: t.string,
  to: t.string,
  desired: t.keyof({ RUNNING: null, STOPPED: null } satisfies Record<RequestedState, null>),
  current: t.keyof(
    {
      RUNNING: null,
      STOPPED: null,
      CREATING: null,
      UPDATING: null,
      DELETING: null,
      STARTING: null,
      STOPPING: null,
      CREATE_FAILED: null,
      UPDATE_FAILED: null,
      START_FAILED: null,
      STOP_FAILED: null,
      DELETE_FAILED: null,
      CREATE_ROLLBACK_FAILED: null,
      DELETE_ROLLBACK_FAILED: null,
      UPDATE_ROLLBACK_FAILED: null,
    } satisfies Record<PipeState, null>,
    'PipeState',
  ),
  /** Why it does not leave its state; null: nothing was said. */
  reason: orNull(t.string),
} satisfies Record<keyof PipeView, t.Mixed>;

/** Of a pipe that runs in this process: whether anything is left to do, waits while it is paused, or failed and is tried again. */
const here = t.partial({ settled: t.boolean, waiting: t.boolean, retrying: t.boolean });

export const PipeText = t.intersection([t.type(view), here], 'Pipe');
export type PipeText = t.TypeOf<typeof PipeText>;
export const PipeTexts = pageOf(PipeText, 'Pipes');

/** changed: false where it had been asked for before. */
export const TurnedPipe = t.intersection([t.type({ ...view, changed: t.boolean }), here], 'TurnedPipe');
export type TurnedPipe = t.TypeOf<typeof TurnedPipe>;
