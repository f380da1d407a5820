import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, countDraws, expectAccessible, expectNoSidewaysScroll, open, shoot } from './browser.ts';
import { type ServedConsole, servedConsole } from './servedConsole.ts';

describe.skipIf(chromiumPath === null)('the view Flow', () => {
  let browser: ServedConsole['browser'];
  let service: ServedConsole['service'];
  let url: string;
  let close: ServedConsole['close'];
  beforeAll(async () => {
    ({ browser, service, url, close } = await servedConsole(['--members', '12', '--destinations', 'stand-ins']));
  });
  afterAll(() => close?.());

  const PROJECTOR = /^Projector /;

  it('shows the first pass that was ever issued by itself, and leads to its member', async () => {
    const { page, troubles } = await open(browser, url, '/');
    const first = page.getByText('The first pass was issued').getByRole('link');
    await first.waitFor();
    expect(await first.getAttribute('href')).toMatch(/^\/members\/003\w{15}$/);
    await page.getByRole('region', { name: 'Last wallet events' }).getByRole('link', { name: /^M-/ }).first().waitFor();
    await page.getByText('its life goes on').waitFor({ timeout: 25_000 });
    await page.getByRole('button', { name: /^Apple Wallet / }).waitFor();
    expect(troubles()).toEqual([]);
  });

  it('draws every stage with its live numbers; they rise by themselves', async () => {
    const { page, troubles } = await open(browser, url, '/');
    const count = async (): Promise<number> => {
      const text = (await page.getByRole('button', { name: PROJECTOR }).textContent()) ?? '';
      return Number(/([\d,]+) commits/.exec(text)?.[1]?.replaceAll(',', ''));
    };
    const before = await count();
    expect(before).toBeGreaterThan(12);
    await expect.poll(count).toBeGreaterThan(before);
    await expectAccessible(page);
    await shoot(page, 'flow');
    expect(troubles()).toEqual([]);
  });

  it('opens a box by keyboard, in the order of the flow, at an address of its own, and closes it again', async () => {
    const { page, troubles } = await open(browser, url, '/');
    const projector = page.getByRole('button', { name: PROJECTOR });
    await projector.waitFor();
    const names = await page
      .getByRole('region', { name: /^The flow/ })
      .getByRole('button')
      .allTextContents();
    const places = [
      'Change events',
      'Ingest',
      'Events',
      'Projector',
      'Passes',
      'Wallet bus',
      'Middleware',
      'Apple',
    ].map((label) => names.findIndex((name) => name.startsWith(label)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    await projector.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Projector' });
    await dialog.getByRole('region', { name: 'Pipe poke' }).getByText('after 101 tries, into pokeDead').waitFor();
    await expectAccessible(page);
    await shoot(page, 'flow-box');
    expect(new URL(page.url()).search).toBe('?box=projector');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
    await expect.poll(() => projector.evaluate((button) => button.matches(':focus'))).toBe(true);
    expect(troubles()).toEqual([]);
  });

  it('is linked to by any part, and leads from what passed to the member', async () => {
    const { page, troubles } = await open(browser, url, '/?box=publish');
    const dialog = page.getByRole('dialog', { name: 'Wallet bus' });
    const first = dialog.getByRole('region', { name: 'Bus wallet' }).getByRole('link').first();
    // What is pointed at stays where it is, while more comes.
    await first.hover();
    const pointedAt = await first.getAttribute('href');
    const { head } = await lastOf(url);
    await expect.poll(async () => (await lastOf(url)).head, { timeout: 15_000 }).toBeGreaterThan(head + 1);
    expect(await first.getAttribute('href')).toBe(pointedAt);
    await first.click();
    await page.waitForURL(/\/members\/003\w{15}$/);
    expect(troubles()).toEqual([]);
  });

  it('asks once a second and draws no more often, whatever passes', async () => {
    const { page, troubles } = await open(browser, url, '/');
    await page.getByRole('button', { name: PROJECTOR }).waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/flow')) asked += 1;
    });
    const draws = await countDraws(page.locator('main'));
    const startedAt = performance.now();
    const flood = Array.from({ length: 100 }, () => put(url, 10));
    await Promise.all(flood);
    await expect
      .poll(
        async () =>
          /([\d,]+) events/.exec((await page.getByRole('button', { name: /^Change events/ }).textContent()) ?? '')?.[1],
      )
      .toMatch(/^[1-9],\d{3}$/);
    const seconds = (performance.now() - startedAt) / 1_000;
    const drawn = await draws();
    expect(asked).toBeLessThanOrEqual(seconds + 2);
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThanOrEqual(4 * (seconds + 2));
    expect(troubles()).toEqual([]);
  });

  it('fits on a phone, in the dark', async () => {
    const { page, troubles } = await open(browser, url, '/', { size: 'phone', scheme: 'dark' });
    await page.getByRole('button', { name: PROJECTOR }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'flow-phone-dark');
    await page.getByRole('button', { name: /^Middleware/ }).tap();
    await page.getByRole('dialog', { name: 'Middleware' }).getByRole('region', { name: 'Queue relayLive' }).waitFor();
    await expectNoSidewaysScroll(page);
    await shoot(page, 'flow-box-phone-dark');
    expect(troubles()).toEqual([]);
    expect(service.stderr()).not.toMatch(/Error:/);
  });
});

/** head: the number of the last event that the wallet bus carried. */
const lastOf = async (url: string): Promise<{ readonly head: number }> => {
  const { next } = (await (await fetch(`${url}/api/wallet-events?after=latest`)).json()) as { readonly next: string };
  return { head: Number(next) };
};

/** Events that nobody understands: they pass the source bus and the queue, and change no pass. */
const put = async (url: string, count: number): Promise<void> => {
  const entry = { Source: 'till', DetailType: 'Noise', Detail: '{}' };
  const response = await fetch(`${url}/eventbridge`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    body: JSON.stringify({ Entries: Array.from({ length: count }, () => entry) }),
  });
  expect(response.status).toBe(200);
};
