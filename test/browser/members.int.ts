import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chromiumPath,
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  open,
  openBrowser,
  shoot,
} from './browser.ts';
import { PROVISIONAL, serveMembers } from './manyMembers.ts';

const MANY = 100_000;

describe.skipIf(chromiumPath === null)('the view Members', () => {
  let browser: Browser;
  let many: Awaited<ReturnType<typeof serveMembers>>;
  beforeAll(async () => {
    [browser, many] = await Promise.all([openBrowser(), serveMembers(MANY)]);
  });
  afterAll(async () => {
    await browser?.close();
    await many?.close();
  });

  const openMembers = async (path = '/members', look: Look = {}) => {
    const opened = await open(browser, many.url, path, look);
    opened.page.setDefaultTimeout(25_000);
    return opened;
  };

  it('goes through 100,000 members by keyboard, with a few dozen rows in the page, and opens the one it stands on', async () => {
    const { page, troubles } = await openMembers();
    await saidToBe(page, /^100,000 members$/);
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await focusIsOn(page, /Ada L000000/);
    await page.keyboard.press('ArrowDown');
    await focusIsOn(page, /Ada L000003/);
    await page.keyboard.press('End');
    await focusIsOn(page, /Zoë L099998/);
    expect(await rows(page).count()).toBeLessThan(60);
    expect(await rows(page).last().getAttribute('aria-posinset')).toBe('100000');
    await page.keyboard.press('Home');
    await focusIsOn(page, /Ada L000000/);
    await expectAccessible(page);
    // The member's own view is none of this server's.
    expect(troubles()).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${many.url}/members/0038d0000000000AAA`);
  }, 90_000);

  it('finds by words of name and number, and keeps in the address what was looked for', async () => {
    const { page, troubles } = await openMembers();
    await search(page).fill('zoe l0999');
    await saidToBe(page, /^33 members found$/);
    await page.waitForURL(/\?q=zoe\+l0999$/);
    await page.reload();
    await saidToBe(page, /^33 members found$/);
    await search(page).fill('104711');
    await saidToBe(page, /^1 member found$/);
    await page.getByRole('link', { name: /M-104711/ }).waitFor();
    expect(troubles()).toEqual([]);
    await search(page).press('Enter');
    await page.waitForURL(`${many.url}/members/0038d0000004711AAA`);
  }, 60_000);

  it('shows the card of the member in hand in both wallets, and what is behind it', async () => {
    const { page, troubles } = await openMembers('/members?q=m-100001');
    const apple = page.getByRole('figure', { name: 'Apple Wallet' });
    const google = page.getByRole('figure', { name: 'Google Wallet' });
    await apple.getByText('Eve L000001').waitFor();
    await apple.getByRole('img', { name: 'QR code, M-100001' }).waitFor();
    await google.getByText('M-100001').waitFor();
    await shoot(page, 'members-search');
    await apple.getByRole('button', { name: 'Show back' }).click();
    await apple.getByRole('region', { name: 'Back of the card' }).getByText('Member number', { exact: true }).waitFor();
    await google.getByRole('button', { name: 'Show details' }).click();
    await google.getByRole('region', { name: 'Details of the card' }).getByText('Member since').waitFor();
    await expectAccessible(page);
    await shoot(page, 'members-backs');
    expect(troubles()).toEqual([]);
  }, 60_000);

  it('shows a withdrawn pass as void', async () => {
    const { page } = await openMembers('/members?q=m-100049');
    await page.getByRole('figure', { name: 'Apple Wallet' }).getByText('This pass is void').waitFor();
    await page.getByRole('figure', { name: 'Google Wallet' }).getByText('Inactive').waitFor();
    await page.getByRole('listitem').getByText('Withdrawn').waitFor();
    await expectAccessible(page);
  }, 60_000);

  it('says where nothing is found, and finds a member without a pass by its exact id', async () => {
    const { page, troubles } = await openMembers('/members?q=nobody');
    await page.getByText('Nobody found for “nobody”').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Show all members' }).click();
    await saidToBe(page, /^100,000 members$/);
    expect(new URL(page.url()).search).toBe('');
    await search(page).fill(PROVISIONAL.slice(0, 15));
    await page.getByRole('listitem').getByText('No pass yet').waitFor();
    expect(troubles()).toEqual([]);
  }, 60_000);

  it('says what to do where there are no members at all', async () => {
    const none = await serveMembers(0);
    const { page, troubles } = await open(browser, none.url, '/members');
    await page.getByText('No members yet').waitFor();
    await expectAccessible(page);
    expect(troubles()).toEqual([]);
    await page.context().close();
    await none.close();
  }, 60_000);

  it('fits on a phone, in the dark', async () => {
    const { page, troubles } = await openMembers('/members', { size: 'phone', scheme: 'dark' });
    await saidToBe(page, /^100,000 members$/);
    await page.getByRole('link', { name: /Ada L000000/ }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expect(troubles()).toEqual([]);
  }, 60_000);
});

const search = (page: Page) => page.getByRole('searchbox', { name: 'Number, name or id' });
const rows = (page: Page) => page.getByRole('list', { name: 'Members' }).getByRole('listitem');
const saidToBe = (page: Page, text: RegExp) =>
  page.getByRole('status', { name: 'Found' }).filter({ hasText: text }).waitFor();
const focusIsOn = (page: Page, name: RegExp) =>
  expect.poll(() => page.locator(':focus').textContent(), { timeout: 20_000 }).toMatch(name);
