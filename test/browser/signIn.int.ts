import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '#adapters/http/token.ts';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, openBrowser, shoot } from './browser.ts';
import { type CarryingServer, startCarrying } from './carryingServer.ts';
import { idleStatus } from './idleStatus.ts';

const [FIRST, SECOND] = ['first-0123456789abcdef', 'second-0123456789abcdef'] as const;

describe.skipIf(chromiumPath === null)('where a token is asked for', () => {
  let valid = tokenOf(FIRST, 'key');
  const token = {
    isToken: (shown: string) => valid.isToken(shown),
    isCookie: (shown: string) => valid.isCookie(shown),
    get cookie() {
      return valid.cookie;
    },
  };
  let browser: Browser;
  let guarded: CarryingServer;
  beforeAll(async () => {
    [browser, guarded] = await Promise.all([openBrowser(), startCarrying(idleStatus, '', { names: [], token })]);
  });
  afterAll(async () => {
    await browser?.close();
    await guarded?.close();
  });

  it('it is typed into a form, which leads to what was asked for', async () => {
    const { page, troubles } = await open(browser, guarded.url, '/live?bus=domain');
    await expectAccessible(page);
    await shoot(page, 'sign-in');
    await page.getByLabel('Token').fill('not-the-token-of-this-test');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Not the token').waitFor();
    await expectAccessible(page);

    await page.goto(`${guarded.url}/live?bus=domain`);
    await page.getByLabel('Token').fill(FIRST);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
    expect(new URL(page.url()).search).toBe('?bus=domain');
    expect(troubles().filter((trouble) => !UNANSWERED.test(trouble))).toEqual([]);
  });

  it('the address that was printed holds it, and does not keep it; changed, it is asked for again', async () => {
    const { page, troubles } = await open(browser, guarded.url, `/?token=${FIRST}`);
    const service = page.getByRole('status', { name: 'Service' });
    await service.getByText('Idle').waitFor();
    expect(page.url()).toBe(`${guarded.url}/`);
    // Neither behind the page nor within reach of its scripts.
    expect(await page.evaluate('[document.cookie, document.referrer, history.length]')).toEqual(['', '', 2]);
    await page.getByRole('link', { name: 'Live' }).click();
    await page.getByText('Nothing has happened yet').waitFor();

    valid = tokenOf(SECOND, 'key');
    await service.getByText('Signed out').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Token').fill(SECOND);
    await page.getByRole('button', { name: 'Open' }).click();
    await service.getByText('Idle').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
    expect(troubles().filter((trouble) => !UNANSWERED.test(trouble))).toEqual([]);
  });

  it('the form fits on a phone, in the dark', async () => {
    const { page } = await open(browser, guarded.url, '/', { size: 'phone', scheme: 'dark' });
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'sign-in-phone-dark');
  });
});

/** What the browser says of refusals, and of what a server that only carries events cannot tell. */
const UNANSWERED = /status of (?:401|500|503)/;
