import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WalletEvent } from '#domain/index.ts';
import { created } from '#test/adapters/http/support.ts';
import { killOutright, startIn } from '#test/flow/process.ts';
import { chromiumPath, countDraws, expectAccessible, expectNoSidewaysScroll, open, shoot } from './browser.ts';
import { startCarrying } from './carryingServer.ts';
import { idleStatus } from './idleStatus.ts';
import { type ServedConsole, servedConsole } from './servedConsole.ts';

const today = new Date().toISOString().slice(0, 10);
const contact = (number: string) =>
  created('Contact', { MemberNumber__c: number, FirstName: 'Ada', LastName: 'Example' }, Date.now());
const order = (member: string, amount: number) =>
  created(
    'Order',
    {
      ...{ BillToContactId: member, OrderNumber: 'O-1', EffectiveDate: today, Status: 'Activated' },
      ...{ TotalAmount: amount, CurrencyIsoCode: 'EUR' },
    },
    Date.now(),
  );

const events = (page: Page) => page.getByRole('list', { name: 'Events, newest first' });
const row = (page: Page, name: RegExp | string) => events(page).getByRole('button', { name });
const pattern = (page: Page) => page.getByLabel('Event pattern');
const choose = async (page: Page, label: string, choice: string) => {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: choice, exact: true }).click();
};

describe.skipIf(chromiumPath === null)('the view Live', () => {
  let browser: ServedConsole['browser'];
  let place: ServedConsole['place'];
  let service: ServedConsole['service'];
  let url: string;
  let close: ServedConsole['close'];
  const put = (...made: readonly ReturnType<typeof created>[]) =>
    service.eventBridge.send(new PutEventsCommand({ Entries: made.map(({ entry }) => entry) }));

  beforeAll(async () => {
    ({ browser, place, service, url, close } = await servedConsole());
  });
  afterAll(() => close?.());

  it('shows what happens, and opened what changed and the event as it was carried', async () => {
    const { page, troubles } = await open(browser, url, '/live');
    await page.getByText('Nothing has happened yet').waitFor();
    await page.getByText('There are no destinations').waitFor();
    await expectAccessible(page);
    const ada = contact('M-1');
    await put(ada);
    await row(page, /^Issued, M-1/).waitFor();
    await put(order(ada.id, 600));
    await row(page, /^Updated, M-1/).waitFor();
    await events(page).getByText('Tier Member → Silver · Spend 0 → 600.00 EUR').waitFor();
    await row(page, /^Updated/).click();
    const changed = page.getByRole('table', { name: 'What changed' }).getByRole('row', { name: /^tier.name/ });
    expect(await changed.getByRole('cell').allTextContents()).toEqual(['tier.name', 'Member', 'Silver']);
    await page.getByText('As it was carried').click();
    await expect
      .poll(() => page.getByLabel('The event as JSON').textContent())
      .toContain('"schema": "billfold.wallet/1"');
    await expectAccessible(page);
    await shoot(page, 'live');
    await events(page).getByRole('link', { name: 'M-1' }).first().click();
    await expect.poll(() => page.url()).toBe(`${url}/members/${ada.id}`);
    expect(troubles()).toEqual([]);
  });

  it('is filtered by a pattern, which quick filters write, the address keeps, and a terminal takes', async () => {
    const { page, troubles } = await open(browser, url, '/live');
    await row(page, /^Issued/).waitFor();
    await choose(page, 'What happened', 'Updated');
    await choose(page, 'Changed', 'Tier');
    await expect.poll(() => row(page, /^Issued/).count()).toBe(0);
    await row(page, /^Updated/).waitFor();
    const written = { 'detail-type': ['WalletPassUpdated'], detail: { data: { changed: [{ prefix: 'tier.name' }] } } };
    expect(JSON.parse(await pattern(page).inputValue())).toEqual(written);
    expect(JSON.parse(new URL(page.url()).searchParams.get('pattern') ?? '')).toEqual(written);
    await page.getByText('Subscribe to this from a terminal').click();
    await page.getByText(`npx billfold subscribe --pattern '${JSON.stringify(written)}'`).waitFor();
    await page.reload();
    await row(page, /^Updated/).waitFor();
    expect(JSON.parse(await pattern(page).inputValue())).toEqual(written);
    await pattern(page).fill('{ "detail": { "data": { "changed": [{ "prefix": 1 }] } } }');
    await page.getByText('At detail.data.changed, prefix: expected a string').waitFor();
    await row(page, /^Updated/).waitFor();
    await pattern(page).fill('{\n  "source": [}');
    await page.getByText('Line 2, column 14: expected a value').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear' }).click();
    await row(page, /^Issued/).waitFor();
    await page.getByLabel('Member number').fill('nobody');
    await page.getByText('Nothing matches the pattern').waitFor();
    expect(troubles()).toEqual([]);
  });

  it('shows the other bus, too', async () => {
    const { page, troubles } = await open(browser, url, '/live');
    await page.getByRole('radio', { name: 'Domain events' }).click();
    await row(page, /^Member enrolled/).waitFor();
    await choose(page, 'What happened', 'PurchaseRecorded');
    await expect.poll(() => row(page, /^Member enrolled/).count()).toBe(0);
    await row(page, /^Purchase recorded/).waitFor();
    expect(new URL(page.url()).searchParams.get('bus')).toBe('domain');
    expect(troubles()).toEqual([]);
  });

  it('fits on a phone, in the dark', async () => {
    const { page, troubles } = await open(browser, url, '/live', { size: 'phone', scheme: 'dark' });
    await row(page, /^Updated/).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'live-phone-dark');
    expect(troubles()).toEqual([]);
  });

  it('goes on by itself when the service is killed under it and comes back', async () => {
    const { page, troubles } = await open(browser, url, '/live');
    await row(page, /^Updated/).waitFor();
    const flow = (await open(browser, url, '/?box=nonsense')).page;
    await flow.getByText('There is no part named “nonsense” here').waitFor();
    await killOutright(place.folder, 'everything');
    await flow.getByText(/^No answer: the picture is of/).waitFor();
    await page.getByText(/^Lost since/).waitFor();
    await page.getByText(/^No answer since/).waitFor();
    await row(page, /^Updated/).waitFor();
    service = await startIn(place);
    await put(contact('M-2'));
    await row(page, /^Issued, M-2/).waitFor({ timeout: 20_000 });
    await page.getByRole('status', { name: 'Stream' }).getByText('Live').waitFor();
    await page
      .getByRole('status', { name: 'Service' })
      .getByText(/Idle|At work/)
      .waitFor();
    expect(await row(page, /^Issued, M-1/).count()).toBe(1);
    await flow.getByText(/^No answer: the picture is of/).waitFor({ state: 'detached' });
    await flow.close();
    expect(troubles().filter((trouble) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_SOCKET/.test(trouble))).toEqual(
      [],
    );
  });

  it('draws thousands of events rarely, keeps few, loses no place, and answers meanwhile', async () => {
    const carrying = await startCarrying(idleStatus, `http://127.0.0.1:${place.middlewarePort}`);
    onTestFinished(() => carrying.close());
    const { page, troubles } = await open(browser, carrying.url, '/live');
    await page.getByText('Nothing has happened yet').waitFor();
    carrying.carry([updated(1)]);
    await row(page, /M-1,/).waitFor();

    // Six seconds' worth of 500 a second, at that pace, then a burst of thousands.
    let carried = 1;
    const next = (count: number) => Array.from({ length: count }, () => updated(++carried));
    const steady = async (untilCarried: number): Promise<void> => {
      while (carried < untilCarried) {
        carrying.carry(next(25));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const draws = await countDraws(events(page));
    await steady(1_501);
    await row(page, 'Updated, M-1501, event 1501').waitFor();
    const steadyDraws = await draws();
    expect(steadyDraws).toBeGreaterThan(0);
    expect(steadyDraws).toBeLessThan(150);
    expect(await events(page).getByRole('listitem').count()).toBeLessThan(50);

    const moving = steady(4_001);
    await page.getByRole('button', { name: 'Pause' }).click();
    const first = await events(page).getByRole('listitem').first().textContent();
    await moving;
    await page.getByRole('button', { name: /new$/ }).waitFor();
    expect(await events(page).getByRole('listitem').first().textContent()).toBe(first);
    await page.getByRole('button', { name: 'Continue' }).click();
    await row(page, 'Updated, M-4001, event 4001').waitFor();

    const beforeBurst = await draws();
    carrying.carry(next(8_000));
    await row(page, 'Updated, M-12001, event 12001').waitFor();
    expect((await draws()) - beforeBurst).toBeLessThan(100);
    await page.getByText('the last 2,000 are kept').waitFor();
    expect(await events(page).getByRole('listitem').first().getAttribute('aria-setsize')).toBe('2000');

    // Who has scrolled away keeps the place, and hears of what is new.
    await events(page).hover();
    await page.mouse.wheel(0, 3_000);
    await expect.poll(() => row(page, 'Updated, M-12001, event 12001').count()).toBe(0);
    const there = await events(page).getByRole('button').nth(10).getAttribute('aria-label');
    carrying.carry(next(37));
    await page.getByRole('button', { name: '37 new' }).waitFor();
    expect(await events(page).getByRole('button').nth(10).getAttribute('aria-label')).toBe(there);
    await page.getByRole('button', { name: '37 new' }).click();
    await row(page, 'Updated, M-12038, event 12038').waitFor();
    expect(troubles()).toEqual([]);
  });
});

const updated = (revision: number): { readonly type: string; readonly detail: WalletEvent['detail'] } => ({
  type: 'WalletPassUpdated',
  detail: {
    metadata: {
      ...{ eventId: `m${revision % 500}.${revision}`, memberId: `m${revision % 500}`, revision, asOfVersion: revision },
      ...{ occurredAt: new Date().toISOString(), correlationId: 'c', causationId: 'c', traceparent: 't', lane: 'live' },
      schema: 'billfold.wallet/1',
    },
    data: {
      changed: ['tier.name', 'spend.lifetime'],
      pass: {
        ...{ memberId: `m${revision % 500}`, memberNumber: `M-${revision}`, status: 'active', memberSince: today },
        holder: { firstName: 'Ada', lastName: 'Example' },
        tier: {
          ...{ name: revision % 2 === 0 ? 'Silver' : 'Gold', next: null, progress: 1 },
          qualifyingSpend: { amount: '500.00', currency: 'EUR' },
        },
        spend: {
          ...{ lifetime: [{ amount: `${revision}.00`, currency: 'EUR' }], last12Months: [], purchases: revision },
          lastPurchaseOn: today,
        },
        promotions: [],
      },
    },
  },
});
