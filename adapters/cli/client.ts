import { mayCarryToken } from './mayCarryToken.ts';

/** Talks to a running billfold. Throws CommandFailed with words for the person at the terminal. */
export class CommandFailed extends Error {
  /** What was answered over HTTP; null: nothing, or it is about something else. */
  readonly status: number | null;
  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

export type Client = {
  readonly get: (path: string) => Promise<unknown>;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
};

type Environment = Readonly<Record<string, string | undefined>>;

export const connect = ({ BILLFOLD_URL = 'http://127.0.0.1:8400', BILLFOLD_TOKEN: token }: Environment): Client => {
  const howToHaveOne = 'Start one with "npm start", or set BILLFOLD_URL.';
  const client = clientOf(BILLFOLD_URL, 'billfold', howToHaveOne, bearing(token));
  // Only now: commands that ask nobody, start above all, do not care where it would go.
  const send = <T>(ask: () => Promise<T>): Promise<T> => {
    if (token === undefined || mayCarryToken(BILLFOLD_URL)) return ask().catch(orSay('BILLFOLD_TOKEN'));
    throw new CommandFailed(
      'BILLFOLD_URL: expected https://…, or http:// to this machine or its local network, since the token in BILLFOLD_TOKEN goes there.',
    );
  };
  return {
    get: async (path) => send(() => client.get(path)),
    request: async (path, init) => send(() => client.request(path, init)),
  };
};

/** The middleware has an address of its own, and asks for a key wherever others reach it. */
export const connectMiddleware = ({
  BILLFOLD_MIDDLEWARE_URL = 'http://127.0.0.1:8402',
  BILLFOLD_OPERATOR_KEY: key,
}: Environment): Client => {
  if (key !== undefined && !mayCarryKeys(BILLFOLD_MIDDLEWARE_URL))
    throw new CommandFailed(
      'BILLFOLD_MIDDLEWARE_URL: expected https://…, since the key in BILLFOLD_OPERATOR_KEY goes there.',
    );
  const client = clientOf(
    BILLFOLD_MIDDLEWARE_URL,
    'middleware',
    'Start one with "npm start", or set BILLFOLD_MIDDLEWARE_URL.',
    bearing(key),
  );
  return {
    get: (path) => client.get(path).catch(orSay('BILLFOLD_OPERATOR_KEY')),
    request: (path, init) => client.request(path, init).catch(orSay('BILLFOLD_OPERATOR_KEY')),
  };
};

const bearing = (key: string | undefined): Readonly<Record<string, string>> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };

const orSay =
  (variable: string) =>
  (error: unknown): never => {
    if (!(error instanceof CommandFailed && error.status === 401)) throw error;
    throw new CommandFailed(`${error.message}. Set ${variable} to it.`, 401);
  };

/** Nobody reads it on the way. */
export const mayCarryKeys = (url: string): boolean =>
  /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|\/|$)/.test(url);

const clientOf = (
  address: string,
  what: string,
  howToHaveOne: string,
  headers: Readonly<Record<string, string>> = {},
): Client => {
  const base = address.replace(/\/+$/, '');
  const request: Client['request'] = async (path, init) => {
    const all = { ...headers, ...(init?.headers as Readonly<Record<string, string>> | undefined) };
    const response = await fetch(`${base}${path}`, { ...init, headers: all }).catch((error: unknown) => {
      throw new CommandFailed(`No ${what} answers at ${base} (${causeOf(error)}). ${howToHaveOne}`);
    });
    if (response.ok) return response;
    throw new CommandFailed(await problemOf(response), response.status);
  };
  const get: Client['get'] = async (path) => {
    const response = await request(path);
    return response.json().catch(() => {
      throw new CommandFailed(`What answers at ${base} is no ${what}. ${howToHaveOne}`);
    });
  };
  return { request, get };
};

const problemOf = async (response: Response): Promise<string> => {
  const text = await response.text();
  try {
    const { title, detail }: { title?: string; detail?: string } = JSON.parse(text);
    return [title ?? `HTTP ${response.status}`, detail].filter((part) => part !== undefined).join(': ');
  } catch {
    return `HTTP ${response.status}`;
  }
};

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no connection';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
};
