import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpService, startService } from '#test/adapters/http/support.ts';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, openBrowser, shoot } from './browser.ts';

const TOKEN = 'a-token-of-this-test';

describe.skipIf(chromiumPath === null)('where a token is asked for', () => {
  let browser: Browser;
  let billfold: HttpService;
  beforeAll(async () => {
    [browser, billfold] = await Promise.all([openBrowser(), startService({ environment: { BILLFOLD_TOKEN: TOKEN } })]);
    const headers = { accept: 'text/html', authorization: `Bearer ${TOKEN}` };
    await (await fetch(billfold.url, { headers })).text();
  });
  afterAll(async () => {
    await browser?.close();
    await billfold?.stop();
  });

  it('it is typed into a form, which leads to what was asked for', async () => {
    const { page, troubles } = await open(browser, billfold.url, '/members?q=ada');
    await expectAccessible(page);
    await shoot(page, 'sign-in');
    await page.getByLabel('Token').fill('not-the-token-of-this-test');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Not the token').waitFor();
    await expectAccessible(page);

    await page.goto(`${billfold.url}/members?q=ada`);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=ada');
    expect(troubles().filter((trouble) => !/status of 401/.test(trouble))).toEqual([]);
  });

  it('who has the address that was printed sees no form, and the token leaves the address', async () => {
    const { page, troubles } = await open(browser, billfold.url, `/?token=${TOKEN}`);
    await page.getByRole('heading', { level: 1, name: 'Flow' }).waitFor();
    expect(page.url()).toBe(`${billfold.url}/`);
    expect(troubles()).toEqual([]);

    // As when it was started with another token.
    await page.context().clearCookies();
    await page.getByRole('status', { name: 'Service' }).getByText('Signed out').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Token').waitFor();
  });

  it('the form fits on a phone, in the dark', async () => {
    const { page } = await open(browser, billfold.url, '/', { size: 'phone', scheme: 'dark' });
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'sign-in-phone-dark');
  });
});
