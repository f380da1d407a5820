import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { programPath } from '#test/support/programs.ts';
import { heldRequests } from './heldRequests.ts';

/** Debian's chromium; null: not on this machine, then what needs it is skipped. */
export const chromiumPath = programPath('chromium');

export const openBrowser = (): Promise<Browser> => {
  if (chromiumPath === null) throw new Error('no chromium here');
  return chromium.launch({ executablePath: chromiumPath, args: QUIET });
};

/** No sandbox: the tests may run as root. The rest: nothing but what the page asks goes over the network. */
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export type Look = {
  readonly size?: keyof typeof SIZES;
  readonly scheme?: 'light' | 'dark';
  /** Where the reader is; without it, where this machine is. */
  readonly timeZone?: string;
};
const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} satisfies Record<string, BrowserContextOptions>;

/** A page, and what went wrong on it so far. */
export type Opened = { readonly page: Page; readonly troubles: () => readonly string[] };

/**
 * Opens a view of the console at `url` (http://127.0.0.1:8400) in a browser window of its own, until the test ends. Then all that it asked has to be in the
 * service's OpenAPI document, and what it was answered as that says.
 */
export const open = async (browser: Browser, url: string, path: string, look: Look = {}): Promise<Opened> => {
  const { size = 'desktop', scheme = 'light', timeZone } = look;
  const context = await browser.newContext({
    ...SIZES[size],
    ...{ colorScheme: scheme, reducedMotion: 'reduce' },
    ...(timeZone !== undefined && { timezoneId: timeZone }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!isOwn(request.url(), url)) troubles.push(`asked elsewhere: ${request.url()}`);
  });
  const untold = heldRequests(page, url);
  onTestFinished(async () => {
    expect(await untold()).toEqual([]);
    await context.close();
  });
  await page.goto(`${url}${path}`);
  return { page, troubles: () => troubles };
};

const isOwn = (asked: string, url: string): boolean => asked.startsWith(`${url}/`) || /^(?:data|blob):/.test(asked);

/** No rule of WCAG 2.2 A and AA that axe can judge is broken. */
export const expectAccessible = async (page: Page): Promise<void> => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // An announcement of the component library stays for a while, and may name what is gone by then.
  // The console has no frames: no second page has to be opened to gather what was found in each (what axe calls its legacy mode).
  const axe = new AxeBuilder({ page }).withTags(tags).exclude('[data-live-announcer]').setLegacyMode();
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(found).toEqual([]);
};

/** Nothing is wider than the window: nobody has to scroll sideways. */
export const expectNoSidewaysScroll = async (page: Page): Promise<void> => {
  const { scrolled, seen } = await page
    .locator('html')
    .evaluate((root) => ({ scrolled: root.scrollWidth, seen: root.clientWidth }));
  expect(scrolled).toBeLessThanOrEqual(seen);
};

/** Counts how often something below it is drawn anew, from here on. */
export const countDraws = async (below: Locator): Promise<() => Promise<number>> => {
  const counted = await below.evaluateHandle((root) => {
    const count = { drawn: 0 };
    const { MutationObserver } = globalThis as unknown as Watching;
    const observer = new MutationObserver(() => {
      count.drawn += 1;
    });
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    return count;
  });
  return () => counted.evaluate(({ drawn }) => drawn);
};

/** What of a browser's page the types of Node do not know. */
type Watching = {
  readonly MutationObserver: new (
    onChange: () => void,
  ) => { readonly observe: (root: unknown, options: Readonly<Record<string, boolean>>) => void };
};

/** For a person to look at: BILLFOLD_SCREENSHOTS=<folder> keeps them. */
export const shoot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.BILLFOLD_SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};
