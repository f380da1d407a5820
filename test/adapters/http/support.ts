import { request } from 'node:http';
import { expect } from 'vitest';
import type { RuntimeOptions } from '#adapters/local/runtime.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { freshFolder, outside, removeFolder, startedIn } from '#test/flow/support.ts';
import { freePort } from '#test/support/ports.ts';

export type Answer = { readonly status: number; readonly type: string | null; readonly body: unknown };

/** A billfold without data, and a clock that stands until it is set: noon of 2026-05-01. */
export const startService = async (
  options: Partial<
    Pick<
      RuntimeOptions,
      'mapping' | 'registry' | 'dataDir' | 'destinations' | 'host' | 'names' | 'environment' | 'sample'
    >
  > = {},
) => {
  const folder = options.dataDir ?? (await freshFolder());
  const port = await freePort();
  let now = Date.UTC(2026, 4, 1, 12);
  const logged: unknown[] = [];
  const { url, token, stop } = await startedIn(folder, {
    port,
    ...options,
    clock: () => now,
    log: (line) => logged.push(line),
  });
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const type = response.headers.get('content-type');
    const text = await response.text();
    return { status: response.status, type, body: type?.includes('json') ? JSON.parse(text) : text };
  };
  return {
    ...outside(url, folder),
    ask,
    url,
    token,
    port,
    folder,
    logged,
    setClock: (at: number): void => {
      now = at;
    },
    /** Leaves its data where another start finds them. */
    pause: stop,
    stop: async (): Promise<void> => {
      await stop();
      await removeFolder(folder);
    },
  };
};
export type HttpService = Awaited<ReturnType<typeof startService>>;

/** RFC 9457, as every refusal of the surface but EventBridge's. For toMatchObject. */
export const problem = (status: number, title: string) => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: { status, title: expect.stringContaining(title) },
});

/** A request for the path as it stands, which `fetch` would tidy up first. */
export const askAsIs = (
  port: number,
  method: 'GET' | 'PUT',
  path: string,
): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.once('error', reject);
    sent.end(method === 'PUT' ? '{}' : undefined);
  });

let serial = 0;
/** A new record's change event, for PutEvents. */
export const created = (object: 'Contact' | 'Order' | 'Voucher__c', fields: object, at = Date.UTC(2026, 3, 1)) => {
  serial += 1;
  const id = salesforceId(object, serial);
  const ChangeEventHeader = {
    entityName: object,
    recordIds: [id],
    changeType: 'CREATE',
    commitTimestamp: at,
    commitNumber: serial,
    sequenceNumber: 1,
  };
  return { id, entry: entryOf({ ChangeEventHeader, ...fields }) };
};

export const entryOf = (detail: unknown) => ({
  Source: 'aws.partner/salesforce.com/anything',
  DetailType: 'ChangeEvent',
  Detail: JSON.stringify(detail),
});
