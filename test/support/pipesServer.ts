import { createServer, type Server } from 'node:http';

/** A pipe as the Pipes API answers it (EventBridge Pipes API reference, DescribePipe; read November 2026). */
export type WirePipe = {
  readonly CurrentState: string;
  readonly DesiredState: string;
  readonly StateReason?: string;
  readonly Source?: string;
};
export type WireError = { readonly error: string; readonly status: number };

export type PipesServer = {
  readonly endpoint: string;
  /** What was asked, in order: "POST /v1/pipes/billfold-poke/stop". */
  readonly asked: readonly string[];
  /** As it stands, whatever the requests say. */
  readonly set: (name: string, pipe: WirePipe) => void;
  readonly remove: (name: string) => void;
  /** The states that a pipe goes through at the next looks; the last one stays. */
  readonly goesThrough: (name: string, states: readonly WirePipe[]) => void;
  /** What the next stop or start leads to, instead of STOPPING, STOPPING, STOPPED and STARTING, STARTING, RUNNING. */
  readonly onRequest: (name: string, states: readonly WirePipe[]) => void;
  /** The next requests of an action are answered so. */
  readonly refuse: (action: 'list' | 'describe' | 'stop' | 'start', ...errors: readonly WireError[]) => void;
  readonly stop: () => Promise<void>;
};

export const conflict: WireError = { error: 'ConflictException', status: 409 };
export const throttled: WireError = { error: 'ThrottlingException', status: 429 };

/** A stand-in for the Pipes API: a pipe goes from state to state as it is looked at. Two pipes a page. Checks no signature. */
export const startPipesServer = async (names: readonly string[]): Promise<PipesServer> => {
  const running: WirePipe = { CurrentState: 'RUNNING', DesiredState: 'RUNNING' };
  const pipes = new Map<string, readonly WirePipe[]>(names.map((name) => [name, [running]]));
  const outcomes = new Map<string, readonly WirePipe[]>();
  const refusals = new Map<string, WireError[]>();
  const asked: string[] = [];

  const now = (name: string): WirePipe | null => pipes.get(name)?.[0] ?? null;
  const look = (name: string): WirePipe | null => {
    const [pipe, ...rest] = pipes.get(name) ?? [];
    if (rest.length > 0) pipes.set(name, rest);
    return pipe ?? null;
  };
  const request = (name: string, action: string): WirePipe | null => {
    if (now(name) === null) return null;
    const [moving, reached] = action === 'stop' ? ['STOPPING', 'STOPPED'] : ['STARTING', 'RUNNING'];
    const usual = [moving, moving, reached].map((CurrentState) => ({ CurrentState, DesiredState: reached }));
    pipes.set(name, outcomes.get(name) ?? usual);
    outcomes.delete(name);
    return now(name);
  };
  const body = (name: string, pipe: WirePipe) => ({
    ...{ Name: name, Arn: `arn:aws:pipes:eu-west-1:111122223333:pipe/${name}`, ...pipe },
    ...{ CreationTime: 1_793_613_600, LastModifiedTime: 1_793_613_600 },
  });
  const page = (prefix: string, from: number) => {
    const found = [...pipes.keys()].filter((name) => name.startsWith(prefix)).toSorted((a, b) => (a < b ? -1 : 1));
    const Pipes = found.slice(from, from + 2).map((name) => body(name, now(name) ?? running));
    return { Pipes, ...(found.length > from + 2 && { NextToken: String(from + 2) }) };
  };

  const server: Server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://any');
    asked.push(`${incoming.method} ${pathname}`);
    const [name = '', verb] = pathname.replace(/^\/v1\/pipes\/?/, '').split('/');
    const action = name === '' ? 'list' : (verb ?? 'describe');
    const refuse = ({ error, status }: WireError): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': error });
      response.end(JSON.stringify({ message: `${error} of the stand-in` }));
    };
    const refusal = refusals.get(action)?.shift();
    if (refusal !== undefined) return refuse(refusal);
    response.setHeader('content-type', 'application/json');
    if (action === 'list') {
      const from = Number(searchParams.get('NextToken') ?? 0);
      return void response.end(JSON.stringify(page(searchParams.get('NamePrefix') ?? '', from)));
    }
    const pipe = action === 'describe' ? look(name) : request(name, action);
    if (pipe === null) return refuse({ error: 'NotFoundException', status: 404 });
    response.end(JSON.stringify(body(name, pipe)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    asked,
    set: (name, pipe) => void pipes.set(name, [pipe]),
    remove: (name) => void pipes.delete(name),
    goesThrough: (name, states) => void pipes.set(name, states),
    onRequest: (name, states) => void outcomes.set(name, states),
    refuse: (action, ...errors) => void refusals.set(action, [...errors]),
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};
