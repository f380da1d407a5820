import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import jsonata from 'jsonata';

export type Question = { readonly expression: string; readonly input: unknown; readonly maxBytes: number };
/** Nothing: JSONata's undefined. Failed: why, never a value. */
export type Evaluated =
  | { readonly type: 'Value'; readonly json: string }
  | { readonly type: 'Nothing' }
  | { readonly type: 'Failed'; readonly reason: string };

export type Expressions = {
  /** Never takes longer than withinMs once it is its turn. Rejects only where no process can be started. */
  readonly evaluate: (question: Question) => Promise<Evaluated>;
  /** Before time counts: the first question is not the one that waits for the process. */
  readonly ready: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Left: what is wrong with the expression, and where. */
export const checkExpression = (expression: string): E.Either<string, void> =>
  E.tryCatch(
    () => void jsonata(expression),
    (error) => {
      const { message, position } = error as { readonly message?: string; readonly position?: number };
      const place = position === undefined ? '' : `, at character ${position}`;
      return `expected a JSONata expression: ${message ?? 'not understood'}${place}`;
    },
  );

/**
 * Expressions of a configuration, evaluated one after the other in a process of their own. JSONata ends what loops or goes too deep by itself; a step that
 * never ends (a regular expression can) or that fills the memory ends with its process, and the next question gets a new one. Not a thread: one that
 * allocates too much at once takes the whole process with it, whatever its resource limits (tried with Node 24.21).
 */
export const expressions = ({ withinMs = WITHIN_MS }: { readonly withinMs?: number } = {}): Expressions => {
  let process: ChildProcess | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const end = (): void => {
    process?.kill('SIGKILL');
    process = null;
  };

  const answer = async (question: Question): Promise<Evaluated | 'late' | 'gone'> => {
    process ??= await startedProcess();
    const answered = await answerOf(process, question, withinMs);
    if (typeof answered === 'string') end();
    return answered;
  };

  /** A process may go for reasons of its own, so it is asked a second time. */
  const ask = async (question: Question): Promise<Evaluated> => {
    clearTimeout(idle);
    const first = await answer(question);
    const answered = first === 'gone' ? await answer(question) : first;
    idle = setTimeout(end, IDLE_MS).unref();
    if (typeof answered !== 'string') return answered;
    return {
      type: 'Failed',
      reason: answered === 'late' ? `took longer than ${withinMs} ms` : 'ended its process, as too much memory does',
    };
  };

  const inTurn = <A>(work: () => Promise<A>): Promise<A> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    evaluate: (question) => inTurn(() => ask(question)),
    ready: () =>
      inTurn(async () => {
        process ??= await startedProcess();
        clearTimeout(idle);
        idle = setTimeout(end, IDLE_MS).unref();
      }),
    close: async () => {
      await last;
      clearTimeout(idle);
      end();
    },
  };
};

const answerOf = (process: ChildProcess, question: Question, withinMs: number): Promise<Evaluated | 'late' | 'gone'> =>
  new Promise((resolve) => {
    const ended = (answer: Evaluated | 'late' | 'gone') => {
      clearTimeout(late);
      process.off('message', answered).off('exit', gone);
      resolve(answer);
    };
    const answered = (message: unknown) => ended(message as Evaluated);
    const gone = () => ended('gone');
    const late = setTimeout(() => ended('late'), withinMs);
    process.on('message', answered).on('exit', gone);
    process.send(question, (error) => {
      if (error !== null) gone();
    });
  });

const WITHIN_MS = 3_000;
const MEMORY_MB = 64;
/** As long as it waits for the next question. */
const IDLE_MS = 60_000;

/** It does not keep its parent from ending, and knows nothing of its environment. */
const startedProcess = async (): Promise<ChildProcess> => {
  const process = fork(fileURLToPath(new URL('./expressionProcess.ts', import.meta.url)), [], {
    ...{ env: {}, execArgv: [`--max-old-space-size=${MEMORY_MB}`], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  });
  const failed = (): Error => new Error('no process for expressions');
  await new Promise<void>((resolve, reject) => {
    process.once('message', () => resolve());
    process.once('error', () => reject(failed()));
    process.once('exit', () => reject(failed()));
  });
  process.on('error', () => undefined);
  process.unref();
  process.channel?.unref();
  return process;
};
