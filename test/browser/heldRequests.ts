import type { Page, Response } from 'playwright-core';
import type { OpenApi } from '#adapters/http/openApi.ts';
import { askedByOpenApi, heldToOpenApi } from '#test/support/heldToOpenApi.ts';

/**
 * Holds what a page asks of the API, and what it is answered, against the document that the service at `url` tells of itself. Resolves to all that is told
 * nowhere.
 */
export const heldRequests = (page: Page, url: string): (() => Promise<readonly string[]>) => {
  const judged: Promise<string | null>[] = [];
  page.on('response', (response) => {
    if (response.url().startsWith(`${url}/api/`)) judged.push(judgeOf(page, url).then((holds) => holds(response)));
  });
  return async () => (await Promise.all(judged)).filter((fault) => fault !== null);
};

type Judge = (response: Response) => Promise<string | null>;

/** By address: a service that is started again there tells the same. */
const judges = new Map<string, Promise<Judge>>();

const judgeOf = (page: Page, url: string): Promise<Judge> => {
  const judge = judges.get(url) ?? judgeBy(page, url);
  judges.set(url, judge);
  return judge;
};

/** Asked by the page's own browser, which may have been let in by then. */
const judgeBy = async (page: Page, url: string): Promise<Judge> => {
  const document = (await (await page.request.get(`${url}/api/openapi.json`)).json()) as OpenApi;
  const [asked, answered] = [askedByOpenApi(document), heldToOpenApi(document)];
  return async (response) => {
    const [method, path] = [response.request().method(), response.url().slice(url.length)];
    const fault = asked({ method, path });
    if (fault !== null) return fault;
    const type = response.headers()['content-type'] ?? null;
    const body = type?.includes('json') === true ? await jsonOf(response) : null;
    // The page left before all of it was there.
    return body === undefined ? null : answered({ method, path, status: response.status(), type, body });
  };
};

/** undefined: it broke off. */
const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined);
