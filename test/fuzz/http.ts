import { Pool } from 'undici';
import { Broken, type Outcome } from './target.ts';

export type Asked = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

export type Ask = (asked: Asked) => Promise<{ readonly status: number; readonly text: string }>;

/** A client of a real server, whose connections stay. */
export const client = (url: string): { readonly ask: Ask; readonly close: () => Promise<void> } => {
  const pool = new Pool(url, { connections: 2, headersTimeout: 30_000, bodyTimeout: 30_000 });
  return {
    ask: async ({ method, path, headers, body }) => {
      const response = await pool.request({
        ...{ method, body },
        path: sendable(path, /[^\x21-\x7e]/g),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, sendable(value, /[^\x20-\x7e\x80-\xff]/g)]),
        ),
      });
      return { status: response.statusCode, text: await response.body.text() };
    },
    close: () => pool.destroy(),
  };
};

/** What no client sends, as its escape: the parser of the server's own HTTP is Node's business. */
const sendable = (text: string, not: RegExp): string =>
  text.replace(not, (sign) => `%${(sign.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`);

/** The server may say yes or what is wrong with the request, never that something is wrong with itself. */
export const outcomeOf = ({ status, text }: { readonly status: number; readonly text: string }): Outcome => {
  if (status >= 500) throw new Broken(`answers ${status} ${text.slice(0, 200)}`);
  return status >= 400 ? { type: 'refused', told: text } : { type: 'value' };
};

export const showAsked = ({ method, path, headers, body }: Asked): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${body === null ? '' : JSON.stringify(body.toString('latin1').slice(0, 2_000))}`;
