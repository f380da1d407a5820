import * as TE from 'fp-ts/lib/TaskEither.js';
import type { PipeFailure } from '../pipes/failure.ts';
import type { PipeControl, PipeView, Turned } from '../pipes/pipeControl.ts';
import { type Client, CommandFailed } from './client.ts';

/** The pipes of a running billfold. What it refuses it says in its own words. */
export const servicePipes = (client: Client): PipeControl => {
  const turn = (name: string, verb: 'pause' | 'resume'): TE.TaskEither<PipeFailure, Turned> =>
    TE.tryCatch(async () => {
      const path = `/api/pipes/${encodeURIComponent(name)}/${verb}`;
      return (await (await client.request(path, { method: 'POST' })).json()) as Turned;
    }, refused);
  return {
    list: TE.tryCatch(
      async () => ((await client.get('/api/pipes')) as { readonly items: readonly PipeView[] }).items,
      refused,
    ),
    pause: (name) => turn(name, 'pause'),
    resume: (name) => turn(name, 'resume'),
  };
};

const refused = (error: unknown): PipeFailure => {
  if (error instanceof CommandFailed) return { type: 'Refused', reason: error.message };
  throw error;
};
