import { evaluated, read, StatesError, template, written } from './statesData.ts';

/** A state machine in the Amazon States Language (JSONPath), as far as it is interpreted: Task on Lambda, Map, Choice, Pass, Wait, Succeed, Fail, Retry, Catch. */
export type Definition = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };
export type State = { readonly Type: string; readonly Next?: string; readonly End?: boolean } & Readonly<
  Record<string, unknown>
>;

export type Machine = {
  /** Calls the function; what it throws is an error by its name. */
  readonly invoke: (payload: unknown) => Promise<unknown>;
  /** Seconds between two tries, and of a Wait. */
  readonly wait?: (seconds: number) => Promise<void>;
  /** true: no other state is entered. What was begun goes on by itself, as a function does whose execution was stopped. */
  readonly isStopped?: () => boolean;
};

/** Never ends: nobody waits for an execution that was stopped. */
const never = (): Promise<never> => new Promise(() => undefined);

/** Runs an execution to its end: its output. Throws StatesError where it fails. */
export const interpret =
  (definition: Definition, machine: Machine) =>
  async (input: unknown, context: object): Promise<unknown> => {
    let data = input;
    for (let name: string | null = definition.StartAt; name !== null; ) {
      if (machine.isStopped?.() === true) return never();
      const state: State | undefined = definition.States[name];
      if (state === undefined) throw new StatesError('States.Runtime', `no state ${name}`);
      const left = await enter(state, machine, data, context);
      data = left.data;
      name = left.next;
    }
    return data;
  };

type Left = { readonly data: unknown; readonly next: string | null };

const enter = async (state: State, machine: Machine, raw: unknown, context: object): Promise<Left> => {
  const onwards = { next: state.Next ?? null };
  switch (state.Type) {
    case 'Succeed':
      return { data: raw, next: null };
    case 'Fail': {
      const said = (key: string): string =>
        String(state[key] ?? (`${key}Path` in state ? evaluated(String(state[`${key}Path`]), raw, context) : ''));
      throw new StatesError(said('Error'), said('Cause'));
    }
    case 'Choice': {
      const rules = state.Choices as readonly Rule[];
      const chosen = rules.find((rule) => holds(rule, raw, context))?.Next ?? state.Default;
      if (typeof chosen !== 'string') throw new StatesError('States.NoChoiceMatched', 'no rule holds');
      return { data: raw, next: chosen };
    }
    case 'Wait':
      await machine.wait?.(Number(state.Seconds ?? 0));
      return { data: raw, ...onwards };
    case 'Pass':
      return { data: through(state, raw, context, state.Result ?? argumentsOf(state, raw, context)), ...onwards };
    case 'Task':
    case 'Map':
      return tried(state, machine, raw, context);
    default:
      throw new StatesError('States.Runtime', `the type ${state.Type} is not interpreted`);
  }
};

type Retrier = {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
};
type Catcher = { readonly ErrorEquals: readonly string[]; readonly Next: string; readonly ResultPath?: string | null };

/** Each retrier counts its own tries; a catcher comes after them. */
const tried = async (state: State, machine: Machine, raw: unknown, context: object): Promise<Left> => {
  const tries = new Map<Retrier, number>();
  for (;;) {
    try {
      const work = state.Type === 'Task' ? task : map;
      return {
        data: through(state, raw, context, await work(state, machine, raw, context)),
        next: state.Next ?? null,
      };
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      if (machine.isStopped?.() === true) return never();
      const retrier = ((state.Retry ?? []) as readonly Retrier[]).find((one) => isCaught(one, error));
      const count = retrier === undefined ? 0 : (tries.get(retrier) ?? 0);
      if (retrier !== undefined && count < (retrier.MaxAttempts ?? 3)) {
        tries.set(retrier, count + 1);
        const seconds = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** count;
        await machine.wait?.(Math.min(seconds, retrier.MaxDelaySeconds ?? seconds));
        continue;
      }
      const catcher = ((state.Catch ?? []) as readonly Catcher[]).find((one) => isCaught(one, error));
      if (catcher === undefined) throw error;
      const said = { Error: error.name, Cause: error.cause };
      return {
        data: written(raw, catcher.ResultPath ?? (catcher.ResultPath === null ? null : '$'), said),
        next: catcher.Next,
      };
    }
  }
};

/** States.ALL is all but what no machine can mend (Amazon States Language, "Errors"). */
const isCaught = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }, { name }: StatesError): boolean =>
  ErrorEquals.includes(name) ||
  (ErrorEquals.includes('States.ALL') && name !== 'States.Runtime' && name !== 'States.DataLimitExceeded') ||
  (ErrorEquals.includes('States.TaskFailed') && !name.startsWith('States.'));

const task = async (state: State, { invoke }: Machine, raw: unknown, context: object): Promise<unknown> => {
  const given = argumentsOf(state, raw, context);
  const isIntegration = JSON.stringify(state.Resource).includes(':states:::lambda:invoke');
  const payload = isIntegration ? (given as { readonly Payload: unknown }).Payload : given;
  const answer = await invoke(structuredClone(payload)).catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error('unknown');
    throw new StatesError(name, JSON.stringify({ errorType: name, errorMessage: message, trace: [] }));
  });
  const json: unknown = JSON.parse(JSON.stringify(answer ?? null));
  return isIntegration ? { StatusCode: 200, Payload: json } : json;
};

type Processor = Definition & { readonly ProcessorConfig?: { readonly Mode?: string } };

/** Items side by side. Of a distributed one nothing is told but that too much failed (Step Functions guide, "Tolerated failure threshold"). */
const map = async (state: State, machine: Machine, raw: unknown, context: object): Promise<unknown> => {
  const input = state.InputPath === undefined ? raw : read(state.InputPath, raw, context);
  const items = read(state.ItemsPath ?? '$', input, context) as readonly unknown[];
  const processor = (state.ItemProcessor ?? state.Iterator) as Processor;
  const selector = state.ItemSelector ?? state.Parameters;
  const results: unknown[] = [];
  const waiting = [...items.entries()];
  const isTolerated = (error: unknown): boolean =>
    error instanceof StatesError && state.ToleratedFailurePercentage === 100;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [Index, Value] = next;
      const within = { ...context, Map: { Item: { Index, Value } } };
      const item = selector === undefined ? Value : template(selector, input, within);
      results[Index] = await interpret(processor, machine)(item, within).catch((error: unknown) => {
        if (!isTolerated(error)) throw error;
      });
    }
  };
  const most = Number(state.MaxConcurrency ?? 0) || items.length;
  try {
    await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  } catch (error) {
    if (!(error instanceof StatesError) || processor.ProcessorConfig?.Mode !== 'DISTRIBUTED') throw error;
    waiting.length = 0;
    throw new StatesError(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
  return results;
};

type Rule = { readonly Next?: string; readonly Variable?: string } & Readonly<Record<string, unknown>>;

const holds = (rule: Rule, raw: unknown, context: object): boolean => {
  if (Array.isArray(rule.And)) return (rule.And as readonly Rule[]).every((one) => holds(one, raw, context));
  if (Array.isArray(rule.Or)) return (rule.Or as readonly Rule[]).some((one) => holds(one, raw, context));
  if (rule.Not !== undefined) return !holds(rule.Not as Rule, raw, context);
  const value = read(rule.Variable, raw, context, null);
  if ('StringEquals' in rule) return value === rule.StringEquals;
  if ('BooleanEquals' in rule) return value === rule.BooleanEquals;
  if ('NumericEquals' in rule) return value === rule.NumericEquals;
  if ('IsPresent' in rule) return (value !== null) === rule.IsPresent;
  throw new StatesError('States.Runtime', `the rule ${Object.keys(rule)} is not interpreted`);
};

const argumentsOf = (state: State, raw: unknown, context: object): unknown => {
  const input = state.InputPath === undefined ? raw : read(state.InputPath, raw, context);
  return state.Parameters === undefined ? input : template(state.Parameters, input, context);
};

/** ResultSelector, ResultPath, OutputPath, in this order. */
const through = (state: State, raw: unknown, context: object, result: unknown): unknown => {
  const selected = state.ResultSelector === undefined ? result : template(state.ResultSelector, result, context);
  const kept = written(raw, state.ResultPath === undefined ? '$' : (state.ResultPath as string | null), selected);
  return state.OutputPath === undefined ? kept : read(state.OutputPath, kept, context);
};
