import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { created } from '#test/adapters/http/support.ts';
import { billfold, freshPlace, launch, type Place, placeIn, startIn, untilGone } from '#test/flow/process.ts';

const listenOn = (port: number): Promise<void> =>
  new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', resolve);
    onTestFinished(() => void server.close());
  });
/** One line on stderr, no stack trace, exit code 1, and nothing left running. */
const expectRefused = async (
  place: Place,
  environment: Readonly<Record<string, string>>,
  message: RegExp,
): Promise<void> => {
  const { running, service } = await launch(place, 'node', ['--empty'], environment);
  expect(service).toBeNull();
  expect(await running.ended).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  await untilGone(place);
};

describe('billfold start refuses in one line, and leaves nothing running', () => {
  it('a data folder that another billfold uses', async () => {
    const place = await freshPlace();
    const first = await startIn(place);
    const { running, service } = await launch({ ...(await placeIn(place.folder)) });
    expect(service).toBeNull();
    expect(await running.ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `Another billfold is using ${place.folder}. Stop it, or choose another folder with --data.\n`,
    });
    expect(await first.untilIdle()).toMatchObject({ idle: true });
  });

  it('an HTTP port in use', async () => {
    const place = await freshPlace();
    await listenOn(place.port);
    await expectRefused(place, {}, new RegExp(`^Port ${place.port} is in use: .*\\(--port\\)\\n$`));
  });

  it('a DynamoDB port in use', async () => {
    const place = await freshPlace();
    await listenOn(place.dynamodbPort);
    await expectRefused(place, {}, new RegExp(`^Port ${place.dynamodbPort} is in use: .*\\(--dynamodb-port\\)\\n$`));
  });

  it('a port of the middleware in use', async () => {
    const place = await freshPlace();
    await listenOn(place.middlewarePort);
    await expectRefused(
      place,
      {},
      new RegExp(`^Port ${place.middlewarePort} is in use: .*\\(--middleware-port\\)\\n$`),
    );
  });

  it('one port for both', async () => {
    const place = await freshPlace();
    await expectRefused({ ...place, dynamodbPort: place.port }, {}, new RegExp(`^Port ${place.port} is in use`));
  });

  it('a data folder that is a file', async () => {
    const place = await freshPlace();
    const file = join(place.folder, 'file');
    await writeFile(file, '');
    await expectRefused(
      { ...place, folder: file },
      {},
      /^Cannot keep data in .*\/file \(EEXIST|ENOTDIR\)\. \(--data\)\n$/,
    );
  });

  it('a DynamoDB endpoint where nobody answers', async () => {
    const place = await freshPlace();
    const endpoint = `http://127.0.0.1:${place.dynamodbPort}`;
    await expectRefused(
      place,
      { BILLFOLD_DYNAMODB_ENDPOINT: endpoint },
      new RegExp(`^The DynamoDB API at ${endpoint} .*ECONNREFUSED`),
    );
  });
});

describe('billfold start', () => {
  it('fills an empty store with the sample org, prints its life line by line, and goes on from there', {
    timeout: 60_000,
  }, async () => {
    const place = await freshPlace();
    const first = await startIn(place, 'node', ['--members', '20']);
    expect(first.stderr()).toContain(`billfold is running on http://127.0.0.1:${place.port}`);
    expect(first.stderr()).toContain(`${place.folder}/inbox/<Object>/<execution id>/<file>`);
    await expect
      .poll(first.stderr, { timeout: 20_000 })
      .toMatch(
        /The sample year in [\d.]+ s: \d+ records read, \d+ events appended, [1-9]\d* passes issued, \d+ updated\./,
      );
    const linesThen = first.stdout().split('\n').length;
    await expect.poll(() => first.stdout().split('\n').length, { timeout: 10_000 }).toBeGreaterThan(linesThen + 1);
    const lines = first.stdout().trim().split('\n');
    for (const line of lines)
      expect(line).toMatch(
        /^\d\d:\d\d:\d\d (issued|updated|withdrawn) +\S+ +rev \d+ +(Member|Silver|Gold|Platinum) \d+ %( +[a-zA-Z, ]+)?$/,
      );
    const { items } = await first.get<{
      items: { detail: { data: { pass: { holder: { lastName: string | null } } } } }[];
    }>('/api/wallet-events');
    const names = new Set(items.flatMap(({ detail }) => detail.data.pass.holder.lastName ?? []));
    expect(names.size).toBeGreaterThan(5);
    for (const name of names) expect(`${first.stdout()}${first.stderr()}`).not.toContain(name);
    process.kill(first.pid, 'SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    await untilGone(place);

    const second = await startIn(place, 'node', ['--members', '20']);
    await expect.poll(second.stderr, { timeout: 10_000 }).toContain('The sample org is there already.');
    expect(second.stderr()).not.toContain('The sample year in');
    await expect.poll(second.stdout, { timeout: 10_000 }).toContain('updated');
  });

  it('told to stop while the sample year is being read: exit code 0, and the next start finishes it', {
    timeout: 60_000,
  }, async () => {
    const place = await freshPlace();
    const first = await startIn(place, 'node', ['--members', '60']);
    process.kill(first.pid, 'SIGINT');
    const { code, stderr } = await first.ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('The sample year in');
    const second = await startIn(place, 'node', ['--members', '60']);
    await expect.poll(second.stderr, { timeout: 20_000 }).toContain('The sample year in');
    expect((await billfold(['status'], `http://127.0.0.1:${place.port}`)).stdout).toContain('Passes');
  });

  it('--json prints each wallet event as a line of JSON', async () => {
    const place = await freshPlace();
    const service = await startIn(place, 'node', ['--empty', '--json']);
    await service.eventBridge.send(
      new PutEventsCommand({ Entries: [created('Contact', { MemberNumber__c: 'M-1' }).entry] }),
    );
    await expect.poll(service.stdout).toContain('\n');
    expect(JSON.parse(service.stdout())).toMatchObject({
      'detail-type': 'WalletPassIssued',
      detail: { metadata: { revision: 1 } },
    });
  });

  it('an event of somebody else on the wallet bus is printed as such', async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    const theirs = { Source: 'somebody', DetailType: 'Anything', Detail: '{}', EventBusName: 'billfold-wallet' };
    await service.eventBridge.send(
      new PutEventsCommand({ Entries: [theirs, created('Contact', { MemberNumber__c: 'M-1' }).entry] }),
    );
    await expect.poll(service.stdout).toMatch(/Anything from somebody\n.*issued {4}M-1/);
    expect(service.stderr()).not.toContain('Failed');
  });
});
