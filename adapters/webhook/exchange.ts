import { Agent, type Dispatcher, request } from 'undici';
import type { Limits } from '../delivery/destination.ts';

export type Sent = {
  readonly url: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** body: text; null: nobody asked for it, or it is longer than MAX_ANSWER_BYTES. */
export type Received = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

export const MAX_ANSWER_BYTES = 64 * 1024;

/** One request. Redirects are not followed. Rejects where no whole answer comes: with the signal, with connections. */
export const exchange = async (
  agent: Agent,
  sent: Sent,
  { reads, signal }: { readonly reads: boolean; readonly signal: AbortSignal },
): Promise<Received> => {
  const { url, ...options } = sent;
  const { statusCode: status, headers, body } = await request(url, { ...options, signal, dispatcher: agent });
  const said = { status, headers: plain(headers) };
  if (reads) return { ...said, body: await upTo(MAX_ANSWER_BYTES, body) };
  await passOver(body);
  return { ...said, body: null };
};

/** Connections are kept. Times are the signal's; these are for where it fails to come. */
export const agentOf = ({ concurrent, tryTimeoutMs }: Limits, ca?: string): Agent =>
  new Agent({
    ...{ connections: concurrent, pipelining: 1, headersTimeout: 2 * tryTimeoutMs, bodyTimeout: 2 * tryTimeoutMs },
    connect: { timeout: tryTimeoutMs, ...(ca === undefined ? {} : { ca }) },
  });

/** null: there is more; the connection is given up for it. */
const upTo = async (maxBytes: number, body: Dispatcher.ResponseData['body']): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** What nobody reads is still taken off the connection, so that it can be used again; if that is little and comes at once. Its faults are nobody's. */
const passOver = async (body: Dispatcher.ResponseData['body']): Promise<void> => {
  const late = setTimeout(() => body.destroy(), PASS_OVER_MS);
  await upTo(MAX_ANSWER_BYTES, body).catch(() => undefined);
  clearTimeout(late);
};
const PASS_OVER_MS = 500;

const plain = (headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
