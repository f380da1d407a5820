import { type Dispatcher, Pool } from 'undici';
import { Broken, type Outcome } from './target.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

export type Told = { readonly status: number; readonly type: string; readonly text: string };
export type Ask = (asked: Asked) => Promise<Told>;

/** A client of a real server, whose connections stay. */
export const client = (url: string): { readonly ask: Ask; readonly close: () => Promise<void> } => {
  const pool = new Pool(url, { connections: 2, headersTimeout: 30_000, bodyTimeout: 30_000 });
  return {
    ask: async ({ method, path, headers, body }) => {
      const response = await pool.request({
        method: method as Dispatcher.HttpMethod,
        body,
        path: sendable(path, /[^\x21-\x7e]/g),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, sendable(value, /[^\x20-\x7e\x80-\xff]/g)]),
        ),
      });
      const type = String(response.headers['content-type'] ?? '');
      const told = { status: response.statusCode, type };
      if (!type.startsWith('text/event-stream')) return { ...told, text: await response.body.text() };
      // It would go on for as long as the service does.
      response.body.destroy();
      return { ...told, text: '' };
    },
    close: () => pool.destroy(),
  };
};

/** What no client sends, as its escape: the parser of the server's own HTTP is Node's business. */
const sendable = (text: string, not: RegExp): string =>
  text.replace(not, (sign) => `%${(sign.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`);

/** The server may say yes or what is wrong with the request, never that something is wrong with itself. */
export const outcomeOf = ({ status, text }: Pick<Told, 'status' | 'text'>): Outcome => {
  if (status >= 500) throw new Broken(`answers ${status} ${text.slice(0, 200)}`);
  return status >= 400 ? { type: 'refused', told: text } : { type: 'value' };
};

export const showAsked = ({ method, path, headers, body }: Asked): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${body === null ? '' : JSON.stringify(body.toString('latin1').slice(0, 2_000))}`;
