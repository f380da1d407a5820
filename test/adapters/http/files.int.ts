import { randomBytes } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { askAsIs, type HttpService, problem, startService } from './support.ts';

let billfold: HttpService;
beforeAll(async () => {
  billfold = await startService();
});
afterAll(() => billfold.stop());

let serial = 0;
const contact = () => {
  const id = salesforceId('Contact', ++serial);
  const at = '2026-03-01T08:00:00.000Z';
  return {
    id,
    line: `${JSON.stringify({ Id: id, MemberNumber__c: `M-${serial}`, LastModifiedDate: at, SystemModstamp: at })}\n`,
  };
};
const put = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
  billfold.ask(`/api/inbox/${path}`, { method: 'PUT', body });

describe('PUT /api/inbox/{object}/{file}', () => {
  it.each(['2026-03-01.jsonl', 'part.gz', `${'a'.repeat(190)}.json`, 'a@b!c#d'])(
    'takes the file %s and loads it',
    async (name) => {
      const { id, line } = contact();
      const { status, body } = await put(
        `Contact/${encodeURIComponent(name)}`,
        name.endsWith('.gz') ? new Uint8Array(gzipSync(line)) : line,
      );
      expect(status).toBe(202);
      const { file } = body as { file: string };
      expect(file.split('/')).toEqual(['Contact', expect.stringMatching(/^[\da-f-]{36}$/), name]);
      const { inbox } = await billfold.untilIdle();
      expect(inbox.recent[0]).toMatchObject({ file, rows: 1, quarantined: 0, recordsChanged: 1 });
      expect(await billfold.passOf(id)).not.toBeNull();
      await access(join(billfold.folder, 'done', file));
    },
  );

  it('tells what became of it, also after a restart, when only the ledger of runs remembers', async () => {
    const { body } = await put('Contact/what%23became', `${contact().line}no json\n`);
    const { file } = body as { file: string };
    const place = `/api/inbox/${file.split('/').map(encodeURIComponent).join('/')}`;
    const loaded = { file, state: 'loaded', progress: null, failure: null };
    await expect
      .poll(async () => (await billfold.ask(place)).body)
      .toEqual({ ...loaded, report: { rows: 2, quarantined: 1, recordsChanged: 1, eventsAppended: 1 } });
    const dataDir = billfold.folder;
    await billfold.pause();
    billfold = await startService({ dataDir });
    expect(await billfold.ask(place)).toMatchObject({
      status: 200,
      body: { ...loaded, report: { rows: 2, quarantined: 1, recordsChanged: null, eventsAppended: null } },
    });
  });

  it('knows of no file that was not put there', async () => {
    expect(await billfold.ask('/api/inbox/Contact/some-run/some-file')).toMatchObject(problem(404, 'No such file'));
    expect(await billfold.ask('/api/inbox/Contact/..%2f..%2frun/file')).toMatchObject(
      problem(400, 'expected the file'),
    );
  });

  it('takes the same name again: neither file is lost', async () => {
    const [one, two] = [contact(), contact()];
    await put('Contact/same', one.line);
    await put('Contact/same', two.line);
    await billfold.untilIdle();
    expect(await billfold.passOf(one.id)).not.toBeNull();
    expect(await billfold.passOf(two.id)).not.toBeNull();
  });

  it('takes whatever media type the file is said to have', async () => {
    const ids: string[] = [];
    for (const type of ['application/json', 'text/plain', 'application/x-ndjson', 'multipart/form-data']) {
      const { id, line } = contact();
      const headers = { 'content-type': type };
      const answer = await billfold.ask('/api/inbox/Contact/f', { method: 'PUT', body: line, headers });
      expect(answer, type).toMatchObject({ status: 202 });
      ids.push(id);
    }
    await billfold.untilIdle();
    for (const id of ids) expect(await billfold.passOf(id)).not.toBeNull();
  });

  it.each([
    '..%2f..%2fetc/passwd',
    'Contact/..%2f..%2fpasswd',
    'Contact/%2e%2e',
    '%2e%2e/x',
    'Contact/a%00b',
    'Contact/a%2fb',
    'Contact/a%5cb',
    'Contact/.hidden',
    'Contact/%20',
    'Contact/half.part',
    'Contact/half.tmp',
  ])('refuses %s', async (path) => {
    const before = await readdir(billfold.folder, { recursive: true });
    const { status, body } = await askAsIs(billfold.port, 'PUT', `/api/inbox/${path}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ status: 400, title: expect.stringContaining('expected') });
    expect(await readdir(billfold.folder, { recursive: true })).toEqual(before);
  });

  it.each(['../../x', 'Contact/../../x', 'Contact', 'Contact/a/b'])('does not know the address %s', async (path) => {
    const { status } = await askAsIs(billfold.port, 'PUT', `/api/inbox/${path}`);
    expect(status).toBe(404);
  });

  it('refuses a time of modification that is none', async () => {
    expect(await put('Contact/f?modified=yesterday', '{}')).toMatchObject(problem(400, 'modified'));
  });

  it('a file whose sender went away in the middle leaves nothing in the inbox', async () => {
    const before = await readdir(join(billfold.folder, 'inbox'), { recursive: true });
    const socket = connect(billfold.port, '127.0.0.1');
    socket.write('PUT /api/inbox/Contact/cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"Id":');
    await sleep(200);
    expect(await readdir(join(billfold.folder, 'inbox'), { recursive: true })).not.toEqual(before);
    socket.destroy();
    await expect.poll(() => readdir(join(billfold.folder, 'inbox'), { recursive: true })).toEqual(before);
    expect(await billfold.untilIdle()).toMatchObject({ idle: true, inbox: { waiting: 0 } });
  });

  it('a large file arrives as it was sent', async () => {
    const notes = randomBytes(300_000).toString('hex');
    const lines = Array.from({ length: 5 }, () => contact().line.replace('}', `,"Notes":"${notes}"}`)).join('');
    const { body } = await put('Contact/large', lines);
    await billfold.untilIdle();
    expect(await readFile(join(billfold.folder, 'done', (body as { file: string }).file), 'utf8')).toBe(lines);
  });
});
