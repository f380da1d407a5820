import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { retryAfterMs } from '#adapters/cli/postEvent.ts';
import { created } from '#test/adapters/http/support.ts';
import { billfold, freshPlace, killOutright, type Place, run, type Service, startIn } from '#test/flow/process.ts';
import { freePort } from '#test/support/ports.ts';

const subscribe = (place: Place, ...args: readonly string[]) => {
  const running = run(process.execPath, ['adapters/cli/billfold.js', 'subscribe', ...args], {
    BILLFOLD_URL: `http://127.0.0.1:${place.port}`,
  });
  onTestFinished(() => stopped(running.pid));
  return running;
};
const stopped = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended before.
  }
};

const enrol = async (service: Service, ...numbers: readonly string[]): Promise<void> => {
  for (const number of numbers) {
    const Entries = [created('Contact', { MemberNumber__c: number }).entry];
    await service.eventBridge.send(new PutEventsCommand({ Entries }));
  }
};

type Posted = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: { metadata: object; data: { pass: { memberNumber: string } } };
};
/** Takes what is posted; what it answers is up to the test. */
const target = async (answer: (posted: Posted, response: ServerResponse, count: number) => void) => {
  const requests: Posted[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    requests.push(JSON.parse(body));
    answer(JSON.parse(body), response, requests.length);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events` };
};
const numberOf = ({ detail }: Posted): string => detail.data.pass.memberNumber;
const answerWith =
  (status: number, headers: Record<string, string> = {}) =>
  (_: Posted, response: ServerResponse) =>
    void response.writeHead(status, headers).end();

describe('billfold subscribe', () => {
  it('prints what matches, and goes on where it was when the server was killed and comes back', {
    timeout: 60_000,
  }, async () => {
    const place = await freshPlace();
    const first = await startIn(place);
    await enrol(first, 'M-0');
    await first.untilIdle();
    const pattern = '{"detail":{"data":{"pass":{"memberNumber":[{"prefix":"M-"}]}}}}';
    const running = subscribe(place, '--pattern', pattern, '--json');
    const lines = (): readonly { sequence: number; detail: Posted['detail'] }[] =>
      running
        .stdout()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    const numbers = () => lines().map(({ detail }) => detail.data.pass.memberNumber);
    // Nothing tells when it is connected but what it prints.
    for (let serial = 1; lines().length === 0; serial++) {
      await enrol(first, `M-${serial}`);
      await first.untilIdle();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(numbers()).not.toContain('M-0');
    await killOutright(place.folder, 'everything');
    await expect.poll(running.stderr, { timeout: 10_000 }).toContain('The stream broke off');
    const second = await startIn(place);
    await enrol(second, 'X-1', 'M-again');
    await expect.poll(numbers, { timeout: 15_000 }).toContain('M-again');
    expect(numbers()).not.toContain('X-1');
    const sequences = lines().map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    process.kill(running.pid, 'SIGINT');
    expect(await running.ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/--after \d+ goes on from here/),
    });
  });

  it('follows the domain bus, in lines without --json', async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    await enrol(service, 'M-1');
    const running = subscribe(place, '--bus', 'domain', '--after', '0');
    await expect.poll(running.stdout, { timeout: 10_000 }).toMatch(/^\d\d:\d\d:\d\d MemberEnrolled +member-\w{18}@1$/m);
  });

  it('posts in order what an endpoint does not take at once, and loses none', { timeout: 60_000 }, async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    let firstAt = 0;
    let secondAt = 0;
    const { requests, url } = await target((_, response, count) => {
      if (count === 1) firstAt = Date.now();
      if (count === 2) secondAt = Date.now();
      if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else if (count === 2) response.writeHead(503).end();
      else if (count === 3) response.destroy();
      else response.writeHead(204).end();
    });
    await enrol(service, 'M-1', 'M-2', 'M-3');
    await service.untilIdle();
    const running = subscribe(place, '--to', url, '--after', '0');
    await expect.poll(() => requests.length, { timeout: 20_000 }).toBe(6);
    const before = await service.walletEvents();
    const carried = before.map(({ data }) => String(data.pass.memberNumber));
    expect(requests.map(numberOf)).toEqual([carried[0], carried[0], carried[0], ...carried]);
    expect(secondAt - firstAt).toBeGreaterThanOrEqual(1_000);
    expect(requests[0]).toEqual({
      ...{ version: '0', id: expect.any(String), 'detail-type': 'WalletPassIssued', source: 'billfold.wallet' },
      ...{ account: '000000000000', time: expect.any(String), region: 'local', resources: [] },
      detail: before[0],
    });
    await expect.poll(running.stdout, { timeout: 10_000 }).toMatch(/issued/);
  });

  it('waits for an endpoint that is not there yet', { timeout: 60_000 }, async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    await enrol(service, 'M-1');
    await service.untilIdle();
    const port = await freePort();
    const running = subscribe(place, '--to', `http://127.0.0.1:${port}`, '--after', '0');
    await expect.poll(running.stderr, { timeout: 10_000 }).toMatch(/not taken yet \(ECONNREFUSED\); again in/);
    let posts = 0;
    const server = createServer((_, response) => {
      posts += 1;
      response.end();
    }).listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    await expect.poll(() => posts, { timeout: 30_000 }).toBe(1);
    await expect.poll(running.stdout, { timeout: 10_000 }).toMatch(/issued +M-1/);
  });

  it.each([400, 404, 302])('ends with an error at %d, and says where to go on', async (status) => {
    const place = await freshPlace();
    const service = await startIn(place);
    await enrol(service, 'M-1');
    await service.untilIdle();
    const { url } = await target(answerWith(status, { location: '/elsewhere' }));
    const { code, stdout, stderr } = await subscribe(place, '--to', url, '--after', '0').ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`refuses event \\d+ \\(HTTP ${status}\\)`));
    expect(stderr).toContain('--after 0 goes on from here');
  });

  it.each<[readonly string[], RegExp]>([
    [['--pattern', '{"detail":{"a":[{"like":"x"}]}}'], /^Bad pattern, at detail\.a: like: expected one operator/],
    [['--to', 'ftp://there'], /expected an address/],
    [['--bus', 'source'], /Allowed choices are wallet, domain/],
    [['--after', '-1'], /expected a whole number/],
  ])('refuses %j before it connects', async (args, says) => {
    const { code, stdout, stderr } = await billfold(['subscribe', ...args], `http://127.0.0.1:${await freePort()}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('No billfold answers');
  });

  it('says that no billfold answers', async () => {
    for (const args of [['subscribe'], ['subscribe', '--after', '0']])
      expect(await billfold(args, `http://127.0.0.1:${await freePort()}`)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('No billfold answers'),
      });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  it.each([
    [null, 0],
    ['7', 7_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['999999', 3_600_000],
  ])('%s is %d ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe('billfold subscribe --current', () => {
  it('sends one new subscriber every current pass, and then what happens; the bus carries nothing for it', {
    timeout: 60_000,
  }, async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    await enrol(service, 'M-1', 'M-2', 'M-3');
    await service.untilIdle();
    const before = await service.walletEvents();

    const { requests, url } = await target(answerWith(200));
    const running = subscribe(place, '--current', '--to', url);
    await expect
      .poll(() => new Set(requests.map(numberOf)), { timeout: 20_000 })
      .toEqual(new Set(['M-1', 'M-2', 'M-3']));
    expect(await service.walletEvents()).toEqual(before);

    await enrol(service, 'M-4');
    await expect.poll(() => requests.map(numberOf).at(-1), { timeout: 20_000 }).toBe('M-4');
    expect(requests).toHaveLength(4);
    const [first] = requests;
    expect(first).toMatchObject({ 'detail-type': 'WalletPassIssued', detail: { metadata: { revision: 1 } } });
    stopped(running.pid);
  });

  it('brings them to a middleware, with its key, and that nowhere in clear', { timeout: 60_000 }, async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    await enrol(service, 'M-1');
    await service.untilIdle();
    const { current } = JSON.parse(await readFile(join(place.folder, 'secrets.json'), 'utf8'))['middleware-key'];
    const bring = (to: string, key?: string) =>
      run(process.execPath, ['adapters/cli/billfold.js', 'subscribe', '--current', '--no-follow', '--to', to], {
        BILLFOLD_URL: `http://127.0.0.1:${place.port}`,
        ...(key !== undefined && { BILLFOLD_MIDDLEWARE_KEY: key }),
      }).ended;
    const to = `http://127.0.0.1:${place.middlewarePort}/events`;
    expect(await bring(to)).toMatchObject({ code: 1, stderr: expect.stringMatching(/HTTP 401/) });
    expect(await bring(to, current)).toMatchObject({ code: 0, stdout: expect.stringMatching(/issued +M-1/) });
    const inClear = await bring('http://crm.example/events', current);
    expect(inClear).toMatchObject({ code: 1, stderr: expect.stringMatching(/--to: expected https/) });
    expect(inClear.stderr).not.toContain(current);
  });

  it('ends after the current passes where it is told to, and knows a pattern', { timeout: 60_000 }, async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    await enrol(service, 'M-1', 'M-2');
    await service.untilIdle();
    const pattern = JSON.stringify({ detail: { data: { pass: { memberNumber: ['M-2'] } } } });
    const { code, stdout } = await subscribe(place, '--current', '--no-follow', '--json', '--pattern', pattern).ended;
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => numberOf(JSON.parse(line))),
    ).toEqual(['M-2']);
  });

  it.each([
    [['--current', '--bus', 'domain'], /--current sends passes/],
    [['--no-follow'], /say --current/],
  ])('%j is refused', async (args, says) => {
    const { code, stderr } = await billfold(['subscribe', ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
  });
});
