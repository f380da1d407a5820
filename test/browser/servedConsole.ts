import type { Browser } from 'playwright-core';
import { killOutright, type Place, placeIn, type Service, startIn } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { openBrowser } from './browser.ts';

export type ServedConsole = {
  readonly browser: Browser;
  readonly place: Place;
  readonly service: Service;
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** A billfold of its own, and a browser. Its page is made now, and not within the patience of a test. */
export const servedConsole = async (extra?: readonly string[]): Promise<ServedConsole> => {
  const place = await placeIn(await freshFolder());
  const [browser, service] = await Promise.all([openBrowser(), startIn(place, 'node', extra)]);
  const url = `http://127.0.0.1:${place.port}`;
  await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const close = async (): Promise<void> => {
    await browser.close();
    await killOutright(place.folder, 'everything');
    await removeFolder(place.folder);
  };
  return { browser, place, service, url, close };
};
