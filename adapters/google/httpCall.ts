import { Agent, request } from 'undici';

export type Response = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export type Call = (
  url: string,
  init: {
    readonly method: 'GET' | 'POST' | 'PATCH';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

export type HttpCaller = { readonly call: Call; readonly close: () => Promise<void> };

export type HttpOptions = {
  readonly connections: number;
  readonly timeoutMs: number;
  /** PEM, instead of the usual authorities: of a stand-in. */
  readonly ca?: string;
};

/** Connections that stay open, no more than so many to a host. Throws where there is no whole answer in time, or it is longer than it may be. */
export const httpCaller = ({ connections, timeoutMs, ca }: HttpOptions): HttpCaller => {
  const agent = new Agent({
    connections,
    ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs, maxResponseSize: MAX_BODY_BYTES },
    ...{ keepAliveTimeout: 30_000, keepAliveMaxTimeout: 300_000 },
    connect: { timeout: timeoutMs, ...(ca !== undefined && { ca }) },
  });
  return {
    call: async (url, init) => {
      const { statusCode, headers, body } = await request(url, { ...init, dispatcher: agent });
      return { status: statusCode, headers, body: await body.text() };
    },
    close: () => agent.destroy(),
  };
};

const MAX_BODY_BYTES = 1024 * 1024;
