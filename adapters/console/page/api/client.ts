/** What the service refused, in its own words (RFC 9457). status 0: it did not answer. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly detail: string | null;
  constructor(status: number, title: string, detail: string | null = null) {
    super(title);
    this.name = 'ApiFailure';
    this.status = status;
    this.detail = detail;
  }
}

export const isNotFound = (error: unknown): error is ApiFailure => error instanceof ApiFailure && error.status === 404;

/** The token is another than the one that was shown here, or the browser forgot it. */
export const isUnauthorized = (error: unknown): boolean => error instanceof ApiFailure && error.status === 401;

/** Asks the service that sent this page; nothing else is ever asked. Throws ApiFailure. */
export const getJson = <A>(path: string, signal?: AbortSignal): Promise<A> =>
  send(path, { ...(signal !== undefined && { signal }) });

/** body undefined: none. An answer without content is null. */
export const sendJson = <A>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<A> =>
  send(path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

const send = async <A>(path: string, init: RequestInit): Promise<A> => {
  const response = await fetch(path, init).catch(unanswered);
  if (!response.ok) throw await failureOf(response);
  // An answer that breaks off in the middle is none.
  return (response.status === 204 ? null : await response.json().catch(unanswered)) as A;
};

const unanswered = (error: unknown): never => {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  throw new ApiFailure(0, 'billfold does not answer');
};

const failureOf = async (response: Response): Promise<ApiFailure> => {
  const problem = (await response.json().catch(() => ({}))) as { readonly title?: string; readonly detail?: string };
  return new ApiFailure(response.status, problem.title ?? `HTTP ${response.status}`, problem.detail ?? null);
};
