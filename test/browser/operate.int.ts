import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { memberId } from '#adapters/sample/members.ts';
import { chromiumPath, expectAccessible, expectNoSidewaysScroll, open, shoot } from './browser.ts';
import { type ServedConsole, servedConsole } from './servedConsole.ts';

describe.skipIf(chromiumPath === null)('operating in the console', { timeout: 60_000 }, () => {
  let browser: ServedConsole['browser'];
  let place: ServedConsole['place'];
  let service: ServedConsole['service'];
  let url: string;
  let close: ServedConsole['close'];
  beforeAll(async () => {
    ({ browser, place, service, url, close } = await servedConsole([
      '--members',
      '10',
      '--destinations',
      'stand-ins',
      '--candidate',
      'test/examples/lowerSilver.ts',
    ]));
    const isLoaded = async () =>
      (await service.get<{ sample: { type: string } }>('/api/status')).sample.type === 'loaded';
    await vi.waitUntil(isLoaded, { timeout: 60_000, interval: 100 });
  }, 90_000);
  afterAll(() => close?.());

  it('a purchase of a sample member is followed from the bus to the wallets, with the pass before and after', async () => {
    const { page, troubles } = await open(browser, url, '/operate/sample');
    await page.getByRole('combobox', { name: 'Member' }).fill(memberId(0));
    // What is found by nothing is listed until the answer to this is there.
    await expect.poll(() => page.getByRole('option').count()).toBe(1);
    await page.getByRole('option').click();
    await page.getByLabel('Amount in EUR').fill('12,50');
    await page.getByText('With a point: 12.50.').waitFor();
    expect(await page.getByRole('button', { name: 'Let it happen' }).isDisabled()).toBe(true);
    await page.getByLabel('Amount in EUR').fill('642.50');
    await page.getByRole('button', { name: 'Let it happen' }).click();
    const chain = page.getByRole('list', { name: 'What came of it' });
    await chain.getByText('PurchaseRecorded').waitFor();
    await chain.getByText(/WalletPassUpdated, revision \d+/).waitFor();
    await chain.getByText('Delivered: google').waitFor();
    await page.getByText(/From the source bus to the last wallet in/).waitFor();
    await page.getByRole('region', { name: 'After' }).getByRole('group').waitFor();
    const drawn = (side: string) => page.getByRole('region', { name: side }).getByRole('group').textContent();
    await expect.poll(() => drawn('After')).not.toBe(await drawn('Before'));
    await expectAccessible(page);
    await shoot(page, 'operate-sample');
    expect(troubles()).toEqual([]);
  });

  it('files are dropped on the page: a good one is loaded, a broken one says what is wrong', async () => {
    const { page, troubles } = await open(browser, url, '/operate/files');
    await page.getByText('Drop files anywhere here').waitFor();
    await writeFile(join(place.folder, 'contact-new.jsonl'), `${row(salesforceId('Contact', 99_001), 'M-D')}\n`);
    await writeFile(join(place.folder, 'broken.txt'), 'Id;Name\n1;x\n');
    await dropOn(
      page,
      ['contact-new.jsonl', 'broken.txt'].map((name) => join(place.folder, name)),
    );
    const broken = page.getByRole('listitem').filter({ hasText: 'broken.txt' });
    await broken.getByRole('button', { name: 'Choose the object Its rows are of' }).click();
    await page.getByRole('option', { name: 'Order' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Load 2 files' }).click();
    const good = page.getByRole('listitem').filter({ hasText: 'contact-new.jsonl' });
    await good.getByText('1 row, 1 record changed, 1 event').waitFor();
    await broken.getByText('Nothing of it was understood').waitFor();
    await broken.getByText('line: expected a JSON object on each line').waitFor();
    await shoot(page, 'operate-files');
    await page.reload();
    await page.getByText('Nothing of it was understood').waitFor();
    expect(troubles()).toEqual([]);
  });

  it('what was mended is read again, and leaves the quarantine; what is given up is asked for first', async () => {
    const mended = salesforceId('Contact', 99_002);
    const file = await put('Contact', 'mend.jsonl', 'no json\n');
    const { page, troubles } = await open(browser, url, `/operate/quarantine?file=${encodeURIComponent(file)}`);
    const item = page.getByRole('listitem').filter({ hasText: file });
    await item.waitFor();
    await expectAccessible(page);
    await item.getByRole('button', { name: /Read again/ }).click();
    await page.getByRole('status').getByText('Refused again: line').waitFor();
    await writeFile(join(place.folder, 'done', ...file.split('/')), `${row(mended, 'M-M')}\n`);
    await item.getByRole('button', { name: /Read again/ }).click();
    await page.getByRole('status').getByText('It was understood').waitFor();
    await page.getByText('Nothing is in quarantine').waitFor();
    await expect.poll(() => service.passOf(mended)).not.toBeNull();

    await put('Order', 'drop.jsonl', 'no json\n');
    await page.getByRole('link', { name: 'Show all of the quarantine' }).click();
    const dropped = page.getByRole('listitem').filter({ hasText: 'drop.jsonl' });
    await dropped.getByRole('button', { name: 'Give it up' }).click();
    await page
      .getByRole('alertdialog', { name: 'Give this input up?' })
      .getByRole('button', { name: 'Give it up' })
      .click();
    await page.getByRole('status').getByText('Given up').waitFor();
    await dropped.waitFor({ state: 'detached' });
    expect(troubles()).toEqual([]);
  });

  it('a version that waits is replayed, compared and promoted, and its pushes are named before', async () => {
    const { page, troubles } = await open(browser, url, '/operate/rebuild');
    await page.getByRole('button', { name: 'Replay tier@3' }).click();
    await page
      .getByRole('status')
      .getByText(/Replay of tier@3/)
      .waitFor();
    await page.getByRole('button', { name: 'Compare tier@3' }).click();
    await page
      .getByRole('status')
      .getByText(/Comparison of tier@3/)
      .waitFor();
    await page.getByRole('heading', { name: /Sample 1 of/ }).waitFor();
    await page.getByRole('region', { name: 'After' }).getByRole('group').waitFor();
    await page.getByRole('button', { name: 'Only passes in which tier.progress differs' }).click();
    await page.getByText(/tier\.progress differs in \d+ pass/).waitFor();
    await expectAccessible(page);
    await shoot(page, 'operate-rebuild');
    await page.getByRole('button', { name: 'Show all samples' }).click();
    await page.getByText(/tier\.progress differs in/).waitFor({ state: 'detached' });
    const phone = await open(browser, url, '/operate/rebuild', { size: 'phone', scheme: 'dark' });
    await phone.page.getByRole('heading', { name: /Sample 1 of/ }).waitFor();
    await expectAccessible(phone.page);
    await expectNoSidewaysScroll(phone.page);
    await shoot(phone.page, 'operate-rebuild-phone-dark');

    await page.getByRole('button', { name: 'Promote tier@3' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Make tier@3 live?' });
    await asked.getByLabel('Pushes a second, at most').fill('50');
    await expectAccessible(page);
    await shoot(page, 'operate-promote');
    await asked.getByRole('button', { name: /Promote, \d+ push/ }).click();
    await page
      .getByRole('status')
      .getByText(/Promotion of tier@3/)
      .waitFor();
    await page.getByText('Epoch 2: 1 promotion so far.').waitFor();
    expect(await service.get('/api/projections')).toMatchObject({ live: expect.arrayContaining(['tier@3']) });
    expect([...troubles(), ...phone.troubles()]).toEqual([]);
  });

  it('a member is forgotten once the number was typed: step by step, then with a certificate', async () => {
    const { page, troubles } = await open(browser, url, `/members/${memberId(2)}`);
    await page.getByRole('link', { name: /Forget this member/ }).click();
    await page.getByRole('button', { name: /^Forget / }).waitFor();
    await page.getByRole('combobox', { name: /number, name or id/ }).fill(memberId(1));
    await expect.poll(() => page.getByRole('option').count()).toBe(1);
    await page.getByRole('option').click();
    const number = (await service.passOf(memberId(1)))?.memberNumber ?? '';
    await page.getByText(number, { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Forget / }).click();
    const asked = page.getByRole('alertdialog', { name: /for good/ });
    const sure = asked.getByRole('button', { name: 'Forget for good' });
    await asked.getByLabel(`Type ${number} to be sure`).fill('M-');
    expect(await sure.isDisabled()).toBe(true);
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: /^Forget / }).click();
    expect(await asked.getByLabel(`Type ${number} to be sure`).inputValue()).toBe('');
    await asked.getByLabel(`Type ${number} to be sure`).fill(number);
    await sure.click();
    await page.getByRole('list', { name: 'Steps' }).getByText('The key is destroyed').waitFor();
    await page.getByRole('region', { name: 'Certificate' }).waitFor({ timeout: 50_000 });
    await expectAccessible(page);
    await shoot(page, 'operate-forgotten');
    await page.getByRole('table', { name: 'Who was forgotten' }).getByText(memberId(1)).waitFor();
    expect(await service.passOf(memberId(1))).toMatchObject({ forgotten: true });
    // Whoever comes later finds it by its address.
    const phone = await open(browser, url, `/operate/forget?member=${memberId(1)}`, { size: 'phone', scheme: 'dark' });
    await phone.page.getByRole('region', { name: 'Certificate' }).waitFor();
    await expectAccessible(phone.page);
    await expectNoSidewaysScroll(phone.page);
    await shoot(phone.page, 'operate-forgotten-phone-dark');
    expect(phone.troubles()).toEqual([]);
    expect(troubles()).toEqual([]);
  });

  it('a pipe is paused and resumed by keyboard alone', async () => {
    const { page, troubles } = await open(browser, url, '/operate/pipes');
    await page.getByRole('button', { name: 'Pause announce' }).waitFor();
    await tabTo(page, 'Pause announce');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'Pause announce?' }).waitFor();
    await expectAccessible(page);
    await tabTo(page, 'Pause it');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('announce is paused.').waitFor();
    await shoot(page, 'operate-pipes');
    await tabTo(page, 'Resume announce');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('announce is running again.').waitFor();
    expect(troubles()).toEqual([]);
  });

  it('tells what needs attention, on a phone, in the dark', async () => {
    await put('Order', 'look.jsonl', 'no json\n');
    const { page, troubles } = await open(browser, url, '/operate', { size: 'phone', scheme: 'dark' });
    await page.getByRole('link', { name: /in quarantine/ }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await shoot(page, 'operate-phone-dark');
    await page.getByRole('link', { name: /in quarantine/ }).click();
    await page.getByRole('heading', { name: 'Quarantine', level: 1 }).waitFor();
    await page.getByText('look.jsonl').waitFor();
    await expectNoSidewaysScroll(page);
    expect(troubles()).toEqual([]);
  });

  it('tells of dead letters where there are none, and of nights to come', async () => {
    const { page, troubles } = await open(browser, url, '/operate/dead-letters');
    await page.getByText('There are no dead letters').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('There was none yet').first().waitFor();
    await expectAccessible(page);
    expect(troubles()).toEqual([]);
  });

  it('says so where there is no such part', async () => {
    const { page } = await open(browser, url, '/operate/nothing');
    await page.getByRole('heading', { name: 'There is no such view' }).waitFor();
  });

  /** Loaded before it resolves; the name that it has in quarantine. */
  const put = async (object: string, name: string, text: string): Promise<string> => {
    const answer = await fetch(`${url}/api/inbox/${object}/${name}?modified=${Date.UTC(2026, 2, 1)}`, {
      method: 'PUT',
      body: text,
    });
    const { file } = (await answer.json()) as { file: string };
    const isLoaded = async () => (await service.get<{ state: string }>(`/api/inbox/${file}`)).state === 'loaded';
    await vi.waitUntil(isLoaded, { timeout: 10_000, interval: 50 });
    return file;
  };
});

const row = (Id: string, MemberNumber__c: string): string => {
  const at = '2026-03-01T08:00:00.000Z';
  return JSON.stringify({ Id, MemberNumber__c, IsDeleted: false, LastModifiedDate: at, SystemModstamp: at });
};

/** Drags files in from elsewhere and lets go of them, as a hand would. */
const dropOn = async (page: Page, files: readonly string[]): Promise<void> => {
  const box = await page.getByText('Drop files anywhere here').boundingBox();
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: box?.x ?? 0, y: box?.y ?? 0, data });
};

/** Presses Tab until that is focused; fails where it is not within reach. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  const wanted = page.getByRole('button', { name, exact: true });
  for (let pressed = 0; pressed < 60; pressed++) {
    if (await wanted.evaluate((button) => button.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} cannot be reached by Tab`);
};
