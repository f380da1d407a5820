import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killOutright, type Place, placeIn, type Service, startIn } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, openBrowser, shoot } from './browser.ts';

describe.skipIf(chromiumPath === null)('the frame of the console', () => {
  let browser: Browser;
  let place: Place;
  let service: Service;
  let url: string;
  beforeAll(async () => {
    place = await placeIn(await freshFolder());
    [browser, service] = await Promise.all([openBrowser(), startIn(place)]);
    url = `http://127.0.0.1:${place.port}`;
  });
  afterAll(async () => {
    await browser?.close();
    await killOutright(place.folder, 'everything');
    await removeFolder(place.folder);
  });

  it('is there at once, with every view a click away, and nothing goes wrong', async () => {
    const { page, troubles } = await open(browser, url, '/');
    for (const view of ['Members', 'Live', 'Operate', 'Flow']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectAccessible(page);
    }
    expect(troubles()).toEqual([]);
    await service.untilIdle();
    await shoot(page, 'frame');
  });

  it('is walked through by keyboard: what is first reached skips to the view', async () => {
    const { page, troubles } = await open(browser, url, '/members');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('main').evaluate((main) => main.matches(':focus'))).toBe(true);
    expect(troubles()).toEqual([]);
  });

  it('fits on a phone, in the dark', async () => {
    const { page, troubles } = await open(browser, url, '/', { size: 'phone', scheme: 'dark' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'frame-phone-dark');
    expect(troubles()).toEqual([]);
  });
});
