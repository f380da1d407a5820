import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, shoot } from './browser.ts';
import { type ServedConsole, servedConsole } from './servedConsole.ts';

describe.skipIf(chromiumPath === null)('the frame of the console', () => {
  let browser: ServedConsole['browser'];
  let service: ServedConsole['service'];
  let url: string;
  let close: ServedConsole['close'];
  beforeAll(async () => {
    ({ browser, service, url, close } = await servedConsole());
  });
  afterAll(() => close?.());

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

  it('says that whoever is not let in any more has to sign in again', async () => {
    const { page } = await open(browser, url, '/');
    await page.getByRole('status', { name: 'Service' }).getByText('Idle').waitFor();
    await page.route('**/api/**', (route) => route.fulfill({ status: 401, json: { title: 'No such token' } }));
    await page.getByRole('status', { name: 'Service' }).getByText('Signed out').waitFor();
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('status', { name: 'Service' }).getByText('Idle').waitFor();
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
