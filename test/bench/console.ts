import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openBrowser } from '#test/browser/browser.ts';
import { startCarrying } from '#test/browser/carryingServer.ts';
import { idleStatus } from '#test/browser/idleStatus.ts';
import { serveMembers } from '#test/browser/manyMembers.ts';
import type { Benchmark } from './benchmark.ts';
import { costs, measureInTurn, spread, timeRatio } from './measure.ts';
import type { Row } from './table.ts';
import { walletEnvelope } from './walletEvents.ts';

const MEMBERS = 100_000;
const EVENTS_PER_SECOND = 500;
const EVENTS = 6 * EVENTS_PER_SECOND;

/** A few bytes of the same server: what opening a page costs without us. */
const LEAST = '/api/status';

export const consoleBenchmark: Benchmark = {
  name: 'console',
  about: 'the console in a browser: opened, scrolled through 100,000 members, with 500 wallet events a second',
  run: async ({ rounds, size }) => {
    if (chromiumPath === null)
      return { name: 'console', tables: [{ title: 'no chromium here', rows: [{ variant: 'skipped' }] }] };
    const browser = await openBrowser();
    const members = await serveMembers(size.members ?? MEMBERS);
    const carrying = await startCarrying(idleStatus, members.url);
    try {
      const events = size.events ?? EVENTS;
      const seconds = events / EVENTS_PER_SECOND;
      return {
        name: 'console',
        tables: [
          {
            title: 'opened, until it shows what was asked for, ms',
            rows: await opened(browser, members.url, carrying.url, rounds),
          },
          {
            title: 'frames of the browser meanwhile, 60 a second at the most',
            rows: [
              await framesOf(browser, 'a few bytes', `${members.url}${LEAST}`, 'body', () => pause(seconds * 1000)),
              await framesOf(
                browser,
                'scrolled through all members',
                `${members.url}/members`,
                'a[href*="/members/"]',
                (page) => scrolled(page, seconds),
              ),
              await framesOf(
                browser,
                `${events} wallet events at ${EVENTS_PER_SECOND}/s`,
                `${carrying.url}/live`,
                'h2',
                () => carried(carrying, events),
              ),
            ],
          },
        ],
      };
    } finally {
      await browser.close();
      await carrying.close();
      await members.close();
    }
  },
};

const opened = async (
  browser: Browser,
  membersUrl: string,
  liveUrl: string,
  rounds: number,
): Promise<readonly Row[]> => {
  const base = 'a few bytes';
  const subject = (name: string, url: string, sight: string) => ({
    name,
    run: async () => {
      const page = await browser.newPage();
      await page.goto(url);
      await page.locator(sight).first().waitFor();
      await page.context().close();
      return 1;
    },
  });
  const subjects = [
    subject(base, `${membersUrl}${LEAST}`, 'body'),
    subject('Members, 100,000', `${membersUrl}/members`, 'a[href*="/members/"]'),
    subject('Live', `${liveUrl}/live`, 'text=Nothing has happened yet'),
  ];
  const samples = await measureInTurn(subjects, rounds);
  return subjects.map(({ name }) => ({
    variant: name,
    ms: spread(costs(samples, name, 'wallMs')),
    'of a few bytes': name === base ? 1 : timeRatio(samples, name, base, 'wallMs'),
  }));
};

/** Counts frames in the page while something is done to it. */
const framesOf = async (
  browser: Browser,
  variant: string,
  url: string,
  sight: string,
  work: (page: Page) => Promise<void>,
): Promise<Row> => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.locator(sight).first().waitFor();
  await page.evaluate(COUNT_FRAMES);
  await work(page);
  const gapsMs = ((await page.evaluate('window.frameGaps')) as number[]).toSorted((a, b) => a - b);
  await page.context().close();
  const at = (share: number): number => gapsMs[Math.min(gapsMs.length - 1, Math.floor(gapsMs.length * share))] ?? 0;
  const seconds = gapsMs.reduce((sum, gap) => sum + gap, 0) / 1000;
  return {
    variant,
    'frames/s': gapsMs.length / seconds,
    'p50 between two, ms': at(0.5),
    'p99, ms': at(0.99),
    'longest, ms': gapsMs.at(-1) ?? 0,
  };
};

const COUNT_FRAMES = `
  window.frameGaps = [];
  let last = performance.now();
  const count = (now) => { window.frameGaps.push(now - last); last = now; requestAnimationFrame(count); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(count); });
`;

/** To the end, in twenty leaps a second: each is to rows that were never asked for. */
const scrolled = async (page: Page, seconds: number): Promise<void> => {
  const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
  const steps = seconds * 20;
  for (let step = 1; step <= steps; step++) {
    await page.evaluate(`window.scrollTo(0, ${Math.round((height * step) / steps)})`);
    await pause(50);
  }
};

const carried = async ({ carry }: { readonly carry: Carry }, events: number): Promise<void> => {
  const perTurn = EVENTS_PER_SECOND / 20;
  for (let sent = 0; sent < events; sent += perTurn) {
    carry(
      Array.from({ length: perTurn }, (_, at) => {
        const { detail, 'detail-type': type } = walletEnvelope(memberIdOf(sent + at), 1 + Math.floor(sent / 500));
        return { type, detail };
      }),
    );
    await pause(50);
  }
};
type Carry = Awaited<ReturnType<typeof startCarrying>>['carry'];

const memberIdOf = (at: number): string => `0038d0000${String(at % 500).padStart(6, '0')}AAA`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
