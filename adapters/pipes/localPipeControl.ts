import * as E from 'fp-ts/lib/Either.js';
import type { LocalPipeStatus, LocalPipes } from '../local/pipes.ts';
import type { PipeName } from '../topology.ts';
import { endsOf, type PipeControl, type PipeView, pipeNamed, pipeNames, type RequestedState } from './pipeControl.ts';

/** retrying: the last batch failed, and is tried again. waiting, settled: see PipeStatus. */
export type LocalPipeView = PipeView & Pick<LocalPipeStatus, 'settled' | 'waiting' | 'retrying'>;

const TIMEOUT_MS = 60_000;
const LOOK_MS = 10;

/** The pipes that run in this process. */
export const localPipeControl = (
  pipes: Pick<LocalPipes, 'pause' | 'resume' | 'status'>,
  timeoutMs = TIMEOUT_MS,
): PipeControl => {
  const look = (name: PipeName): LocalPipeView => viewOf(name, pipes.status()[name]);

  const turn =
    (name: string, wanted: RequestedState): ReturnType<PipeControl['pause']> =>
    async () => {
      const pipe = pipeNamed(name);
      if (pipe === null) return E.left({ type: 'PipeUnknown', name, known: pipeNames });
      const since = performance.now();
      const changed = look(pipe).desired !== wanted;
      let failure: string | null = null;
      (wanted === 'STOPPED' ? pipes.pause : pipes.resume)(pipe).catch((error: unknown) => {
        failure = String(error);
      });
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        const view = look(pipe);
        if (failure !== null) return E.left({ type: 'Unavailable', reason: failure });
        if (view.current === wanted && view.desired === wanted) return E.right({ ...view, changed });
        const { current, reason } = view;
        const waitedMs = performance.now() - since;
        if (waitedMs > timeoutMs) return E.left({ type: 'PipeNotReached', name, wanted, waitedMs, current, reason });
      }
    };

  return {
    list: async () => E.right(pipeNames.map(look)),
    pause: (name) => turn(name, 'STOPPED'),
    resume: (name) => turn(name, 'RUNNING'),
  };
};

const viewOf = (
  name: PipeName,
  { desired, state, reason, settled, waiting, retrying }: LocalPipeStatus,
): LocalPipeView => ({ name, ...endsOf(name), desired, current: state, reason, settled, waiting, retrying });
