import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, expectAccessible, open, openBrowser, shoot } from './browser.ts';
import { LONG, serveLongMember } from './longMember.ts';

const EVENTS = 1_300;

describe.skipIf(chromiumPath === null)('the view of a member with thousands of events', { timeout: 60_000 }, () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveLongMember>>;
  beforeAll(async () => {
    [browser, served] = await Promise.all([openBrowser(), serveLongMember(EVENTS)]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const story = (page: Page) => page.getByRole('region', { name: 'Events, newest first' });
  const entry = (page: Page, version: number) => story(page).getByText(`v${version}`, { exact: true });

  it('asks for one page of events wherever one looks, and not for all between there and now', async () => {
    const { page, troubles } = await open(browser, served.url, `/members/${LONG}`);
    page.setDefaultTimeout(30_000);
    await entry(page, EVENTS).waitFor();
    expect(served.askedFor('/events')).toEqual([`/events?after=${EVENTS - 500}&limit=500`]);

    await page.getByRole('slider', { name: 'Version' }).focus();
    await page.keyboard.press('Home');
    await story(page).getByText('shown').waitFor();
    await entry(page, 1).waitFor();
    expect(served.askedFor('/events')).toEqual(['/events?after=0&limit=250']);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('status').getByText('version 2').waitFor();
    await expectAccessible(page);
    await shoot(page, 'member-long');
    expect(served.askedFor('/events')).toEqual([]);

    await page.getByRole('button', { name: 'Show the newest' }).click();
    await entry(page, EVENTS).waitFor();

    await page.getByRole('slider', { name: 'Version' }).press('End');
    const promotions = page.getByRole('region', { name: 'Promotions' });
    const all = promotions.getByRole('button', { name: /^Show all \d+ promotions$/ });
    await all.waitFor();
    expect(await promotions.getByRole('list').first().getByRole('listitem').count()).toBe(20);
    await all.click();
    await promotions.getByRole('button', { name: 'Show the first 20 promotions only' }).waitFor();
    expect(await promotions.getByRole('list').first().getByRole('listitem').count()).toBeGreaterThan(20);
    await page
      .getByRole('region', { name: 'Values, and why' })
      .getByRole('button', { name: /^Show all \d+ values$/ })
      .waitFor();
    expect(troubles()).toEqual([]);
  });

  it('says why with the last purchases of a sum, and more of them when asked', async () => {
    const { page, troubles } = await open(browser, served.url, `/members/${LONG}?why=spend.lifetime`);
    page.setDefaultTimeout(30_000);
    const purchases = page.getByRole('dialog').getByRole('region', { name: 'Purchases that count' });
    const rows = purchases.getByRole('listitem');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(12);
    await purchases.getByRole('button', { name: 'Show the last 500 purchases' }).click();
    await purchases.getByText('Those before are in the timeline').waitFor();
    expect(await rows.count()).toBe(500);
    expect(troubles()).toEqual([]);
  });
});
