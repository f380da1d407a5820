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

export const connect = (environment: Readonly<Record<string, string | undefined>>): Client => {
  const base = (environment.BILLFOLD_URL ?? 'http://127.0.0.1:8400').replace(/\/+$/, '');
  const request: Client['request'] = async (path, init) => {
    const response = await fetch(`${base}${path}`, init).catch((error: unknown) => {
      throw new CommandFailed(
        `No billfold answers at ${base} (${causeOf(error)}). Start one with "npm start", or set BILLFOLD_URL.`,
      );
    });
    if (response.ok) return response;
    throw new CommandFailed(await problemOf(response), response.status);
  };
  const get: Client['get'] = async (path) => {
    const response = await request(path);
    return response.json().catch(() => {
      throw new CommandFailed(`What answers at ${base} is no billfold. Set BILLFOLD_URL to one.`);
    });
  };
  return { request, get };
};

const problemOf = async (response: Response): Promise<string> => {
  const text = await response.text();
  try {
    const { title, detail }: { title?: string; detail?: string } = JSON.parse(text);
    return [title ?? `HTTP ${response.status}`, detail].filter((part) => part !== undefined).join('. ');
  } catch {
    return `HTTP ${response.status}`;
  }
};

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no connection';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
};
