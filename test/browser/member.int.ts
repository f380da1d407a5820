import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created } from '#test/adapters/http/support.ts';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, shoot } from './browser.ts';
import { type ServedConsole, servedConsole } from './servedConsole.ts';

const DAY_MS = 86_400_000;
const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

const ada = created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });
const ben = created('Contact', { MemberNumber__c: 'M-2', Name: { FirstName: 'Ben', LastName: 'Ito' } });
/** Known as an owner only. */
const nobody = created('Contact', {}).id;
const order = (owner: string, number: string, amount: number) => {
  const bought = { EffectiveDate: dayFromNow(-2), Status: 'Activated', TotalAmount: amount };
  return created('Order', { BillToContactId: owner, OrderNumber: number, ...bought }).entry;
};
const voucher = (owner: string) => {
  const facts = { Title__c: 'Ten off', Status__c: 'Issued', ValidTo__c: dayFromNow(3) };
  return created('Voucher__c', { Member__c: owner, ...facts }).entry;
};

describe.skipIf(chromiumPath === null)('the view of a member', { timeout: 60_000 }, () => {
  let browser: ServedConsole['browser'];
  let service: ServedConsole['service'];
  let url: string;
  let close: ServedConsole['close'];
  const put = async (entry: PutEventsRequestEntry): Promise<void> => {
    await service.eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
    await service.untilIdle();
  };
  beforeAll(async () => {
    ({ browser, service, url, close } = await servedConsole());
    for (const entry of [ada.entry, order(ada.id, '7001', 100), order(ada.id, '7002', 450), voucher(ada.id)])
      await put(entry);
    for (const entry of [order(ada.id, '7003', 1600), ben.entry, order(ben.id, '8001', 20), voucher(nobody)])
      await put(entry);
  }, 60_000);
  afterAll(() => close?.());

  const shown = (page: Page) => page.getByRole('region', { name: 'Time travel' }).getByRole('status');

  it('travels through versions by keyboard: pass, timeline and address follow, End is now again', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}`);
    await shown(page).getByText('Now: Gold, 2,150.00 EUR qualifying').waitFor();
    await page.getByRole('meter', { name: 'Gold' }).getByText('2,850.00 EUR to Platinum').waitFor();
    await shoot(page, 'member');

    const slider = page.getByRole('slider', { name: 'Version' });
    await slider.focus();
    await page.keyboard.press('Home');
    await shown(page).getByText('version 1: Member, 0.00 EUR').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await shown(page).getByText('version 3: Silver, 550.00 EUR').waitFor();
    expect(await slider.getAttribute('aria-valuetext')).toBe('3 of 5');
    await page.getByRole('meter', { name: 'Silver' }).getByText('1,450.00 EUR to Gold').waitFor();
    await page.getByRole('group', { name: 'The pass in both wallets' }).getByText('Silver').first().waitFor();
    await page.getByRole('region', { name: 'What changed' }).getByText('Member → Silver').waitFor();
    const story = page.getByRole('region', { name: 'Events, newest first' });
    await story.getByRole('button', { name: 'Bought for 450.00 EUR (order 7002) Now Silver shown' }).waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe('3');
    await expectAccessible(page);
    await shoot(page, 'member-then');

    await page.keyboard.press('End');
    await shown(page).getByText('Now: Gold').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    expect(troubles()).toEqual([]);
  });

  it('opens at the version, or the instant, that the address names; before the first event there was nothing', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}?at=2`);
    await shown(page).getByText('version 2: Member, 100.00 EUR').waitFor();
    await page.goto(`${url}/members/${ada.id}?at=${new Date().toISOString()}`);
    await shown(page).getByText('version 5: Gold').waitFor();
    await page.goto(`${url}/members/${ada.id}?at=neither`);
    await shown(page).getByText('Now: Gold').waitFor();
    expect(troubles()).toEqual([]);
    await page.goto(`${url}/members/${ada.id}?at=2001-01-01`);
    await page.getByRole('alert').getByText('Nothing was known').waitFor();
  });

  it('says why the card says Gold: the purchases that count, their events, the fields of the source', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}`);
    const asked = page.getByRole('button', { name: 'Tier Gold why?' });
    await asked.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Why tier.name?' });
    const purchases = sheet.getByRole('region', { name: 'Purchases that count' });
    await purchases.getByRole('heading', { name: '3 purchases count: 2,150.00 EUR' }).waitFor();
    await sheet.getByText('>= 2000.00 for Gold').waitFor();
    await sheet.getByText(/If nothing else happens, from .*: Gold → /).waitFor();
    await purchases.getByText('1,600.00 EUR').click();
    await purchases
      .getByText(/^modified .*, from an event \(commit \d+\)$/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await shoot(page, 'member-why');
    expect(new URL(page.url()).searchParams.get('why')).toBe('tier.name');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await expect.poll(() => asked.evaluate((button) => button.matches(':focus'))).toBe(true);
    expect(troubles()).toEqual([]);
  });

  it('shows what the sources said, beside the event and record by record; promotions count down', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}`);
    const story = page.getByRole('region', { name: 'Events, newest first' });
    await story.getByRole('button', { name: 'Bought for 100.00 EUR (order 7001)' }).click();
    await story.getByText('TotalAmount').waitFor();
    await story.getByText(/in the live lane, from event /).waitFor();
    const records = page.getByRole('region', { name: 'Source records' });
    await records.locator('summary', { hasText: 'Voucher__c' }).click();
    await records.getByText('Ten off').waitFor();
    await page.getByRole('region', { name: 'Promotions' }).getByText('3 days left').waitFor();
    await page.getByRole('radio', { name: 'Promotions' }).click();
    await story.getByRole('button', { name: /^Voucher “Ten off” granted/ }).waitFor();
    expect(await story.getByRole('button', { name: /^Bought/ }).count()).toBe(0);
    // What lies half below the bar that stays in sight is too small to be touched there, and only there.
    await page.locator('html').evaluate((root) => root.scrollTo(0, 0));
    await expectAccessible(page);
    expect(troubles()).toEqual([]);
  });

  it('stays in the past while something newer happens, says so, and comes back to it', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ben.id}`);
    await shown(page).getByText('Now: Member, 20.00 EUR').waitFor();
    await page.getByRole('button', { name: 'Earlier' }).click();
    await shown(page).getByText('version 1: Member, 0.00 EUR').waitFor();
    await put(order(ben.id, '8002', 700));
    await shown(page).getByText('1 newer event since you left now').waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe('1');
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await shown(page).getByText('Now: Silver, 720.00 EUR').waitFor();
    await put(order(ben.id, '8003', 1.5));
    await shown(page).getByText('Now: Silver, 721.50 EUR').waitFor();
    expect(troubles()).toEqual([]);
  });

  it('says of a member without a pass what is missing, and of a stranger where to search', async () => {
    const { page, troubles } = await open(browser, url, `/members/${nobody}`);
    await page.getByText('Provisional: there is no pass yet').waitFor();
    await expectAccessible(page);
    expect(troubles()).toEqual([]);
    await page.goto(`${url}/members/003000000000000AAA`);
    await page.getByRole('heading', { name: 'No such member', level: 1 }).waitFor();
    await page.getByRole('link', { name: /^Search/ }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/members');
  });

  it('goes on where what it loads later is gone: a service with a newer page came in between', async () => {
    const { page } = await open(browser, url, '/members');
    await page.route(/\/console\/(?:spendChart|codes)-/, (route) => route.fulfill({ status: 404 }));
    await page.goto(`${url}/members/${ada.id}`);
    await page.getByRole('alert').getByText('The chart could not be loaded').waitFor();
    await page.getByText('The code could not be drawn').first().waitFor();
    await page.getByRole('heading', { level: 2, name: 'Timeline' }).waitFor();
    await expectAccessible(page);
    await page.unroute(/\/console\/(?:spendChart|codes)-/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Where a tier begins').waitFor();
  });

  it('tells every instant in the programme’s time zone, and says so to who reads it in another', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}?why=tier.name`, {
      timeZone: 'Australia/Eucla',
    });
    await page.getByRole('dialog').locator('time').first().waitFor();
    await page.getByText('Times are told in UTC, the programme’s time zone. Yours is Australia/Eucla.').waitFor();
    const told = await page
      .locator('time')
      .evaluateAll((times) =>
        times.map((time) => ({ at: time.getAttribute('datetime') ?? '', text: time.textContent ?? '' })),
      );
    const instants = told.filter(({ at }) => at.includes('T'));
    expect(instants.length).toBeGreaterThan(5);
    // Clocks there are fifteen minutes off those of whole hours.
    for (const { at, text } of instants) expect(text).toContain(`:${at.slice(14, 16)}`);
    await page.keyboard.press('Escape');
    await expectAccessible(page);
    await shoot(page, 'member-elsewhere');
    expect(troubles()).toEqual([]);
  });

  it('fits where its text is twice as large', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}`);
    await page.getByText('Where a tier begins').waitFor();
    await page.locator('html').evaluate((root) => {
      root.style.fontSize = '200%';
    });
    await expectNoSidewaysScroll(page);
    expect(troubles()).toEqual([]);
  });

  it('fits on a phone, in the dark', async () => {
    const { page, troubles } = await open(browser, url, `/members/${ada.id}?at=3`, { size: 'phone', scheme: 'dark' });
    await shown(page).getByText('version 3: Silver').waitFor();
    await page.getByText('Where a tier begins').waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'member-phone-dark');
    expect(troubles()).toEqual([]);
  });
});
