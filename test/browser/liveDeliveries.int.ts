import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created } from '#test/adapters/http/support.ts';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, shoot } from './browser.ts';
import { type ServedConsole, servedConsole } from './servedConsole.ts';

const contact = (number: string) => created('Contact', { MemberNumber__c: number, LastName: 'Example' }, Date.now());

const card = (page: Page, destination: string) => page.getByRole('region', { name: destination, exact: true });
const list = (page: Page, destination: string, name: string) =>
  card(page, destination).getByRole('radio', { name, exact: true }).click();
const trouble = async (page: Page, fault: string) => {
  await page.getByRole('button', { name: 'Fault' }).click();
  await page.getByRole('option', { name: fault }).click();
  await page.getByRole('button', { name: 'Let it happen' }).click();
  await page.getByText('Ordered: it befalls what is sent next.').waitFor();
};

describe.skipIf(chromiumPath === null)('deliveries in the view Live', () => {
  let browser: ServedConsole['browser'];
  let service: ServedConsole['service'];
  let url: string;
  let close: ServedConsole['close'];
  const put = (...made: readonly ReturnType<typeof created>[]) =>
    service.eventBridge.send(new PutEventsCommand({ Entries: made.map(({ entry }) => entry) }));

  beforeAll(async () => {
    ({ browser, service, url, close } = await servedConsole(['--empty', '--destinations', 'stand-ins']));
  });
  afterAll(() => close?.());

  it('a fault that was ordered makes deliveries dead, with why; sent again they arrive', async () => {
    const { page, troubles } = await open(browser, url, '/live');
    await card(page, 'google').getByText('Breaker closed').waitFor();
    // Before the first member the programme itself is made there.
    await put(contact('M-0'));
    await page.getByText(/1 in Google Wallet/).waitFor();
    await trouble(page, 'Google refuses');
    const member = contact('M-1');
    await put(member);
    await list(page, 'google', 'Dead');
    const dead = card(page, 'google').getByRole('list', { name: 'google: dead' });
    await dead.getByRole('link', { name: member.id }).waitFor();
    await dead
      .getByText(/refused 400/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await shoot(page, 'live-dead');
    await page.getByRole('button', { name: 'Mend all' }).click();
    await page.getByText('Mended').waitFor();
    await card(page, 'google').getByRole('button', { name: 'Send all dead again' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Send again' }).click();
    await card(page, 'google').getByText('1 wait again.').waitFor();
    await card(page, 'google').getByText('Nothing was given up').waitFor();
    await page.getByText(/2 in Google Wallet/).waitFor();
    expect(troubles()).toEqual([]);
  });

  it('what waits says why and when it is tried again; after a mend it arrives by itself', async () => {
    const { page, troubles } = await open(browser, url, '/live');
    await trouble(page, 'Google is down');
    await put(contact('M-2'));
    await list(page, 'google', 'Waiting');
    const waiting = card(page, 'google').getByRole('list', { name: 'google: waiting' });
    await waiting.getByText(/failed .*next try/).waitFor();
    await waiting.getByText(/503/).first().waitFor();
    await shoot(page, 'live-waiting');
    await page.getByRole('button', { name: 'Mend all' }).click();
    await card(page, 'google').getByText('Nothing waits').waitFor();
    await page.getByText(/3 in Google Wallet/).waitFor();
    expect(troubles()).toEqual([]);
  });

  it('fits on a phone, in the dark', async () => {
    const { page, troubles } = await open(browser, url, '/live', { size: 'phone', scheme: 'dark' });
    await page.getByRole('heading', { name: 'Phones' }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expect(troubles()).toEqual([]);
  });
});
