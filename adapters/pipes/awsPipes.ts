import {
  DescribePipeCommand,
  ListPipesCommand,
  type Pipe,
  type PipesClient,
  StartPipeCommand,
  StopPipeCommand,
} from '@aws-sdk/client-pipes';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type PipeName, physicalName } from '../topology.ts';
import { isPassing, type PipeFailure, toPipeFailure } from './failure.ts';
import {
  endsOf,
  isFailedState,
  type PipeControl,
  type PipeState,
  type PipeView,
  pipeNamed,
  pipeNames,
  type RequestedState,
} from './pipeControl.ts';

export type AwsPipesDeps = {
  /** Region, credentials and AWS_ENDPOINT_URL_PIPES are read by the SDK, as any AWS tool does. */
  readonly client: Pick<PipesClient, 'send'>;
  /** Of the installation: its pipes are called `<prefix>-poke` and so on. */
  readonly prefix: string;
  readonly looks?: Looks;
};

/** How often a pipe is looked at while it changes, and for how long. */
export type Looks = { readonly firstMs: number; readonly slowestMs: number; readonly timeoutMs: number };

/** A pipe with a stream takes up to two minutes to change (EventBridge user guide, "Starting or stopping a pipe", read November 2026). */
const USUAL: Looks = { firstMs: 500, slowestMs: 5_000, timeoutMs: 300_000 };
/** So many looks in a row may fail before it is given up. */
const VAIN_LOOKS = 5;

/** The live pipes as they are deployed, through the Pipes API. */
export const awsPipes = ({ client, prefix, looks = USUAL }: AwsPipesDeps): PipeControl => {
  const list: PipeControl['list'] = TE.tryCatch(
    async () => {
      const found = new Map<string, Pipe>();
      let NextToken: string | undefined;
      do {
        const page = await client.send(new ListPipesCommand({ NamePrefix: physicalName(prefix, ''), NextToken }));
        for (const pipe of page.Pipes ?? []) found.set(pipe.Name ?? '', pipe);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return pipeNames.flatMap((name) => {
        const pipe = found.get(physicalName(prefix, name));
        return pipe === undefined ? [] : [viewOf(name, pipe)];
      });
    },
    toPipeFailure(physicalName(prefix, '*')),
  );

  const look = (name: PipeName): TE.TaskEither<PipeFailure, PipeView> => {
    const Name = physicalName(prefix, name);
    return TE.tryCatch(
      async () => viewOf(name, await client.send(new DescribePipeCommand({ Name }))),
      toPipeFailure(Name),
    );
  };

  const ask = (name: PipeName, wanted: RequestedState): TE.TaskEither<PipeFailure, unknown> => {
    const Name = physicalName(prefix, name);
    return TE.tryCatch<PipeFailure, unknown>(
      () => client.send(wanted === 'STOPPED' ? new StopPipeCommand({ Name }) : new StartPipeCommand({ Name })),
      toPipeFailure(Name),
    );
  };

  /** Asks once the pipe can be asked, and looks until it has got there. What is on its way already is not asked for again. */
  const turn =
    (name: string, wanted: RequestedState): ReturnType<PipeControl['pause']> =>
    async () => {
      const pipe = pipeNamed(name);
      if (pipe === null) return E.left({ type: 'PipeUnknown', name, known: pipeNames });
      const since = performance.now();
      let askedFrom: PipeState | null = null;
      let hasMoved = false;
      let inVain = 0;
      for (let wait = looks.firstMs; ; wait = Math.min(wait * 1.5, looks.slowestMs)) {
        const looked = await look(pipe)();
        if (E.isLeft(looked) && (!isPassing(looked.left) || ++inVain > VAIN_LOOKS)) return looked;
        if (E.isRight(looked)) {
          const view = looked.right;
          inVain = 0;
          hasMoved ||= askedFrom !== null && view.current !== askedFrom;
          const step = nextStep(view, wanted, askedFrom !== null, hasMoved);
          if (step === 'done') return E.right({ ...view, changed: askedFrom !== null });
          if (step === 'failed' && isFailedState(view.current))
            return E.left({ type: 'PipeFailed', name: pipe, state: view.current, reason: view.reason });
          if (step === 'ask') {
            const asked = await ask(pipe, wanted)();
            if (E.isRight(asked)) askedFrom = view.current;
            else if (!isPassing(asked.left)) return asked;
          }
          const waitedMs = performance.now() - since;
          if (waitedMs > looks.timeoutMs)
            return E.left({ type: 'PipeNotReached', name: pipe, wanted, waitedMs, ...pickState(view) });
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    };

  return { list, pause: (name) => turn(name, 'STOPPED'), resume: (name) => turn(name, 'RUNNING') };
};

/**
 * A failed state from before the request says nothing of the request. Whether a pipe may be asked while it is in transition the API reference does not say,
 * only that a conflict is refused: so it is waited for, and a conflict is asked again.
 */
const nextStep = (
  { current, desired }: PipeView,
  wanted: RequestedState,
  isAsked: boolean,
  hasMoved: boolean,
): 'done' | 'failed' | 'ask' | 'wait' => {
  if (current === wanted && desired === wanted) return 'done';
  if (current === 'CREATE_FAILED' || (isFailedState(current) && hasMoved)) return 'failed';
  const isMoving = current.endsWith('ING') && current !== 'RUNNING';
  return isAsked || isMoving ? 'wait' : 'ask';
};

const pickState = ({ current, reason }: PipeView): Pick<PipeView, 'current' | 'reason'> => ({ current, reason });

const viewOf = (name: PipeName, { DesiredState, CurrentState, StateReason }: StateOfPipe): PipeView => ({
  name,
  ...endsOf(name),
  desired: DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING',
  current: CurrentState ?? 'UPDATING',
  reason: StateReason ?? null,
});

type StateOfPipe = {
  readonly DesiredState?: string | undefined;
  readonly CurrentState?: PipeState | undefined;
  readonly StateReason?: string | undefined;
};
