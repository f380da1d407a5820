import { request } from 'node:http';

export type RawAnswer = { readonly status: number; readonly type: string | null; readonly body: string };

/** Asks with headers that `fetch` keeps to itself, such as Host and Origin. */
export const askWith = (
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string | Uint8Array,
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers, setHost: !('host' in headers) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? null, body: text }),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
