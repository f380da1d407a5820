import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { created } from '#test/adapters/http/support.ts';
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

  it('says of an address that is none what there is', async () => {
    const { page, troubles } = await open(browser, url, '/nothing/there');
    await page.getByRole('heading', { level: 1, name: 'There is no such view' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'The flow' }).click();
    await page.getByRole('heading', { level: 1, name: 'Flow' }).waitFor();
    expect(troubles().filter((trouble) => !/status of 404/.test(trouble))).toEqual([]);
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

  it('runs nothing that gets into it, and asks nobody else: the browser refuses, and a test hears of it', async () => {
    const heard: (string | undefined)[] = [];
    const elsewhere = createServer(({ url: asked }, response) => {
      heard.push(asked);
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void elsewhere.close());
    const { page, troubles } = await open(browser, url, '/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const { port } = elsewhere.address() as AddressInfo;
    const refused = await page.evaluate(INTRUSIONS.replaceAll('ELSEWHERE', `http://127.0.0.1:${port}/`));
    expect(refused).toEqual(['markup', 'script', 'fetch']);
    await expect
      .poll(() =>
        troubles()
          .filter((trouble) => /Content Security Policy/.test(trouble))
          .join(),
      )
      .toMatch(/(?=.*style-src)(?=.*img-src)(?=.*connect-src)(?=.*frame-src)/s);
    expect(await page.evaluate('window.hasRun')).toBeUndefined();
    expect(heard).toEqual([]);
  });

  it('shows as text what is called like markup, and keeps its shape around names of thousands of letters', async () => {
    const ada = created('Contact', { MemberNumber__c: MARKUP, FirstName: MARKUP, LastName: `\u202e${MARKUP}` });
    const long = created('Contact', { MemberNumber__c: 'L'.repeat(2_000), FirstName: 'W'.repeat(5_000) });
    const voucher = created('Voucher__c', { Member__c: ada.id, Title__c: MARKUP, Status__c: 'Issued' });
    const order = created('Order', {
      ...{ BillToContactId: ada.id, OrderNumber: MARKUP, EffectiveDate: '2026-01-02', Status: MARKUP },
      ...{ TotalAmount: 5, CurrencyIsoCode: '<b>' },
    });
    const Entries = [ada, long, voucher, order].map(({ entry }) => entry);
    await service.eventBridge.send(new PutEventsCommand({ Entries }));
    await service.untilIdle();
    const { page, troubles } = await open(browser, url, `/members?q=${encodeURIComponent('img')}`, { size: 'phone' });
    const told = encodeURIComponent(MARKUP);
    for (const path of [
      ...['/members', `/members/${ada.id}`, `/members/${ada.id}?why=${told}&at=${told}`],
      ...[
        `/members/${long.id}`,
        '/live',
        '/live?bus=domain',
        `/live?pattern=${told}`,
        `/?box=${told}`,
        `/operate/${told}`,
      ],
      ...[`/members/${told}`, `/operate/quarantine?file=${told}`, '/operate/quarantine?file=javascript:hasRun=1'],
    ]) {
      await page.goto(`${url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle', { timeout: 500 }).catch(() => undefined);
      await expectNoSidewaysScroll(page);
      expect(await page.locator('img[src="x"], main b, main script').count()).toBe(0);
      expect(await page.evaluate('window.hasRun')).toBeUndefined();
    }
    await page.goto(`${url}/members/${ada.id}`);
    await page.getByRole('heading', { level: 1 }).getByText(MARKUP).waitFor();
    // A member, a why and a pattern that nobody can answer are asked for all the same, and refused.
    expect(troubles().filter((trouble) => !/status of 40[04]/.test(trouble))).toEqual([]);
  });
});

const MARKUP = '<img src=x onerror="hasRun=1"><b>"><script>hasRun=1</script>';

/** What somebody would try who got a word into the page. Gives what threw. */
const INTRUSIONS = `(async () => {
  const tries = {
    markup: () => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="hasRun=1">'); },
    script: () => { const made = document.createElement('script'); made.textContent = 'hasRun=1'; document.body.append(made); },
    fetch: () => fetch('ELSEWHERE'),
    style: () => { document.body.setAttribute('style', 'color: red'); },
    image: () => { new Image().src = 'ELSEWHERE'; },
    frame: () => { const frame = document.createElement('iframe'); frame.src = 'ELSEWHERE'; document.body.append(frame); },
  };
  const refused = [];
  for (const [name, attempt] of Object.entries(tries)) {
    try { await attempt(); } catch { refused.push(name); }
  }
  return refused;
})()`;
