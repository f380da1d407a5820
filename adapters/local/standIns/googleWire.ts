import type { IncomingMessage, ServerResponse } from 'node:http';
import { parsedJson } from '../../parsedJson.ts';
import type { CallName } from './googleFaults.ts';
import { isResource, type Kind, type Resource } from './googleRules.ts';
import type { Refusal } from './googleStore.ts';

/** Requests and answers of walletobjects v1 as they are on the wire. */
export type Reply = { readonly status: number; readonly body: unknown };

/** domain: whose limits, where they are not Google Wallet's own. */
export const refused = ({ status, reason, where }: Refusal, domain = 'walletobjects'): Reply => ({
  status,
  body: {
    error: {
      ...{ code: status, message: reason },
      errors: [
        { message: reason, domain, reason, ...(where !== undefined && { location: where, locationType: 'body' }) },
      ],
    },
  },
});

export const write = (reply: ServerResponse, { status, body }: Reply, retryAfter?: string): void => {
  reply
    .writeHead(status, {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    })
    .end(JSON.stringify(body));
};

export type Parsed = {
  readonly name: CallName;
  readonly kind: Kind | null;
  readonly verb: string;
  readonly id: string | null;
  readonly text: string;
  readonly query: URLSearchParams;
};

const VERBS: Readonly<Record<string, string>> = { GET: 'get', PATCH: 'patch', PUT: 'update' };

export const parse = async (incoming: IncomingMessage): Promise<Parsed> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams: query } = new URL(incoming.url ?? '/', 'https://localhost');
  const text = Buffer.concat(chunks).toString();
  const [, kind, id, action] =
    /^\/walletobjects\/v1\/(loyaltyClass|loyaltyObject)(?:\/([^/]+)(\/addMessage)?)?$/.exec(pathname) ?? [];
  const rest = { text, query };
  if (kind === 'loyaltyClass' || kind === 'loyaltyObject') {
    const method = incoming.method ?? '';
    const ofAll = method === 'POST' ? 'insert' : 'list';
    const verb = action !== undefined ? 'addMessage' : id === undefined ? ofAll : (VERBS[method] ?? 'none');
    return { name: `${kind}.${verb}`, kind, verb, id: id === undefined ? null : decodeURIComponent(id), ...rest };
  }
  const save = /^\/gp\/v\/save\/([\w.-]+)$/.exec(pathname)?.[1] ?? null;
  const name =
    pathname === '/token' ? 'token' : pathname === '/gp/m/issuer/keys' ? 'keys' : save === null ? 'none' : 'save';
  return { name, kind: null, verb: name, id: save, ...rest };
};

export const parsedResource = (text: string): Resource | null => {
  const value = parsedJson(text);
  return isResource(value) ? value : null;
};
