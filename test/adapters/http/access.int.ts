import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freshPlace, launch, run } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { created, type HttpService, problem, startService } from './support.ts';

/** Status, headers in small letters, and body of what curl is answered. */
const curl = async (...args: readonly string[]) => {
  const { stdout } = await run('curl', ['--silent', '--include', '--max-time', '10', ...args]).ended;
  const [head = '', body = ''] = stdout.split(/\r\n\r\n(.*)/s);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.replace(/^.*?: ?/, '')]),
  );
  return { status: Number(first.split(' ')[1]), headers, body };
};
const header = (name: string, value: string): readonly string[] => ['--header', `${name}: ${value}`];

const putEvents = async (
  url: string,
  credentials: { readonly accessKeyId: string; readonly sessionToken?: string },
) => {
  const client = new EventBridgeClient({
    endpoint: `${url}/eventbridge`,
    region: 'eu-west-1',
    credentials: { secretAccessKey: 'anything', ...credentials },
    maxAttempts: 1,
  });
  const { entry } = created('Contact', { LastName: 'Ada' });
  const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
  return answer.FailedEntryCount;
};

const COMMON = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('camera=()'),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
};

describe('on this machine, without a token', () => {
  let billfold: HttpService;
  beforeAll(async () => {
    billfold = await startService();
  });
  afterAll(() => billfold.stop());

  it('whoever calls is answered as ever: curl, fetch, the AWS SDK, a stream', async () => {
    expect(billfold.token).toBeNull();
    expect((await curl(`${billfold.url}/api/status`)).status).toBe(200);
    expect(await billfold.ask('/api/pipes/publish/resume', { method: 'POST' })).toMatchObject({ status: 200 });
    expect(await putEvents(billfold.url, { accessKeyId: 'anyone' })).toBe(0);
    const stream = await fetch(`${billfold.url}/api/wallet-events`, { headers: { accept: 'text/event-stream' } });
    const reader = stream.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain(': billfold wallet events');
    await reader?.cancel();
  });

  it('a name of strangers is refused, whatever is asked', async () => {
    for (const path of ['/', '/health', '/api/status', '/api/nothing'])
      expect(await curl(`${billfold.url}${path}`, ...header('Host', 'evil.example'))).toMatchObject({
        status: 421,
        headers: { 'content-type': 'application/problem+json; charset=utf-8' },
        body: expect.stringContaining('not evil.example'),
      });
    expect((await curl(`${billfold.url}/health`, ...header('Host', `console.localhost:${billfold.port}`))).status).toBe(
      200,
    );
  });

  it('what the page of another site sends does nothing', async () => {
    const pause = ['--request', 'POST', `${billfold.url}/api/pipes/publish/pause`];
    for (const sent of [
      header('Origin', 'http://evil.example'),
      header('Origin', 'null'),
      header('Sec-Fetch-Site', 'cross-site'),
      [...header('Sec-Fetch-Site', 'same-site'), ...header('Origin', `http://localhost:${billfold.port + 1}`)],
    ])
      expect(await curl(...pause, ...sent)).toMatchObject({ status: 403 });
    expect(await billfold.ask('/api/pipes')).toMatchObject({
      body: { items: expect.not.arrayContaining([expect.objectContaining({ desired: 'STOPPED' })]) },
    });
    expect((await curl(...pause, ...header('Origin', billfold.url))).status).toBe(200);
    await billfold.ask('/api/pipes/publish/resume', { method: 'POST' });
  });

  it('says on every answer what browsers may do with it, and never that other sites may have it', async () => {
    const preflight = [
      ...['--request', 'OPTIONS', `${billfold.url}/api/status`, ...header('Origin', billfold.url)],
      ...header('Access-Control-Request-Method', 'PUT'),
    ];
    for (const asked of [
      ...['/', '/health', '/api/status', '/api/passes/0038d000008NplcAAC', '/api/nothing', '/%zz', '/api/asyncapi'].map(
        (path) => [`${billfold.url}${path}`],
      ),
      ['--request', 'POST', `${billfold.url}/eventbridge`],
      ['--max-time', '0.5', ...header('Accept', 'text/event-stream'), `${billfold.url}/api/wallet-events`],
      [`${billfold.url}/`, ...header('Host', 'evil.example')],
      preflight,
    ]) {
      const { headers } = await curl(...asked);
      expect(headers, asked.join(' ')).toMatchObject(COMMON);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('asks nobody for a token, and takes none', async () => {
    expect((await curl(`${billfold.url}/?token=anything`)).status).toBe(200);
    expect((await curl('--data', 'token=anything', `${billfold.url}/session`)).status).toBe(404);
  });
});

describe('with --host', () => {
  let billfold: HttpService;
  let token: string;
  beforeAll(async () => {
    billfold = await startService({ host: '127.0.0.2', names: ['Billfold.example.com'] });
    token = billfold.token?.type === 'made' ? billfold.token.value : '';
  });
  afterAll(() => billfold.stop());

  it('a token is made, kept in a file of its owner alone, and good after a restart', async () => {
    expect(token).toMatch(/^[\w-]{43}$/);
    const file = join(billfold.folder, 'access.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ token });
    const cookie = (await curl(`${billfold.url}/?token=${token}`)).headers['set-cookie']?.split(';')[0];
    await billfold.pause();
    billfold = await startService({ host: '127.0.0.2', names: ['Billfold.example.com'], dataDir: billfold.folder });
    expect(billfold.token).toEqual({ type: 'made', value: token, file });
    expect((await curl(`${billfold.url}/api/status`, ...header('Cookie', `${cookie}`))).status).toBe(200);
  });

  it('nothing is had without it but health', async () => {
    expect(billfold.url).toBe(`http://127.0.0.2:${billfold.port}`);
    for (const path of ['/health', '/health/live', '/health/ready'])
      expect(await billfold.ask(path)).toMatchObject({ status: 200 });
    for (const path of ['/', '/api/status', '/api/nothing', '/console/app.js', '/favicon.ico'])
      expect(await billfold.ask(path)).toMatchObject(problem(401, 'Not known here'));
    const { headers } = await curl(`${billfold.url}/api/status`);
    expect(headers).toMatchObject({ ...COMMON, 'www-authenticate': 'Bearer' });
  });

  it('a program shows it as Bearer', async () => {
    const authorization = `Bearer ${token}`;
    expect(await billfold.ask('/api/status', { headers: { authorization } })).toMatchObject({ status: 200 });
  });

  it('the AWS SDK shows it as the session token or as the access key id, and can tell a refusal', async () => {
    expect(await putEvents(billfold.url, { accessKeyId: 'anyone', sessionToken: token })).toBe(0);
    expect(await putEvents(billfold.url, { accessKeyId: token })).toBe(0);
    await expect(putEvents(billfold.url, { accessKeyId: 'anyone' })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: expect.stringContaining('AWS_SESSION_TOKEN'),
    });
  });

  it('a browser shows it in the address, keeps a cookie that is not the token, and is sent on without it', async () => {
    const { status, headers } = await curl(`${billfold.url}/?token=${token}&q=1`);
    expect({ status, location: headers.location }).toEqual({ status: 303, location: '/?q=1' });
    expect(headers['set-cookie']).toMatch(/^billfold=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(headers['set-cookie']).not.toContain(token);
    const [cookie = ''] = headers['set-cookie']?.split(';') ?? [];
    expect((await curl(`${billfold.url}/api/status`, ...header('Cookie', cookie))).status).toBe(200);
    const byOther = [...header('Cookie', cookie), ...header('Origin', 'http://127.0.0.2:1')];
    expect((await curl('--request', 'POST', `${billfold.url}/api/pipes/publish/pause`, ...byOther)).status).toBe(403);
  });

  it('a browser that shows none is asked by a page without scripts, and types it there', async () => {
    const html = header('Accept', 'text/html,application/xhtml+xml');
    const asked = await curl(`${billfold.url}/members/x`, ...html);
    expect(asked).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': 'Bearer',
        'content-type': 'text/html; charset=utf-8',
        // Or the form would come without its origin, and be taken for that of another site.
        'referrer-policy': 'same-origin',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-\S+'; img-src data:; form-action 'self'/,
        ),
      },
      body: expect.stringMatching(/access\.json[\s\S]*<form method="post" action="\/session">/),
    });
    expect(asked.body).not.toMatch(/<script|members\/x/);
    const form = ['--data-urlencode', `token= ${token}`, ...html, ...header('Origin', billfold.url)];
    const typed = await curl(...form, `${billfold.url}/session`);
    expect(typed).toMatchObject({ status: 303, headers: { location: '/' } });
    for (const [from, to] of [
      ['/members/x?at=3&token=wrong', '/members/x?at=3'],
      ['/session', '/'],
      ['//evil.example', '/'],
      ['/\\\\evil.example', '/'],
    ] as const)
      expect(
        (await curl(...form, ...header('Referer', `${billfold.url}${from}`), `${billfold.url}/session`)).headers,
      ).toMatchObject({ location: to });
    expect(
      (await curl(...form, ...header('Referer', 'http://evil.example/x'), `${billfold.url}/session`)).headers,
    ).toMatchObject({ location: '/' });
    const [cookie = ''] = typed.headers['set-cookie']?.split(';') ?? [];
    expect((await curl(`${billfold.url}/`, ...html, ...header('Cookie', cookie))).status).toBe(200);

    expect(await curl('--data', 'token=no', ...html, `${billfold.url}/session`)).toMatchObject({
      status: 401,
      body: expect.stringContaining('<p role="alert">Not the token.</p>'),
    });
    expect((await curl('--data', 'other=1', `${billfold.url}/session`)).status).toBe(400);
    expect((await curl('--json', '{}', `${billfold.url}/session`)).status).toBe(415);
  });

  it('is called by its address, by localhost, by the name of its machine and by what --name says', async () => {
    for (const name of ['127.0.0.2', 'localhost', hostname(), `${hostname()}.local`, 'billfold.example.com'])
      expect((await curl(`${billfold.url}/health`, ...header('Host', name))).status).toBe(200);
    expect((await curl(`${billfold.url}/health`, ...header('Host', 'x.example.com'))).status).toBe(421);
  });

  it('whoever guesses has to wait, in every way of showing a token; who has the cookie does not', async () => {
    const [cookie = ''] = (await curl(`${billfold.url}/?token=${token}`)).headers['set-cookie']?.split(';') ?? [];
    const guess = () => billfold.ask('/api/status', { headers: { authorization: 'Bearer a-wrong-one-of-many' } });
    let tried = await guess();
    for (let more = 0; more < 10 && tried.status === 401; more++) tried = await guess();
    expect(tried).toMatchObject(problem(429, 'Too many wrong tokens'));
    for (const shown of [
      [`${billfold.url}/api/status`, ...header('Authorization', `Bearer ${token}`)],
      [`${billfold.url}/?token=${token}`],
      ['--data', `token=${token}`, `${billfold.url}/session`],
      ['--request', 'POST', `${billfold.url}/eventbridge`, ...header('X-Amz-Security-Token', token)],
    ])
      expect(await curl(...shown)).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
    expect((await curl(`${billfold.url}/api/status`, ...header('Cookie', cookie))).status).toBe(200);
    billfold.setClock(Date.UTC(2026, 4, 1, 12, 0, 5));
    expect((await curl(`${billfold.url}/?token=${token}`)).status).toBe(303);
  });
});

describe('with BILLFOLD_TOKEN', () => {
  it('it is asked for on this machine as well, and those that are too short or cannot be shown are refused', async () => {
    const dataDir = await freshFolder();
    for (const bad of ['', 'fifteen-letters', 'sixteen letters!', 'sixteen-letters-é'])
      await expect(startService({ dataDir, environment: { BILLFOLD_TOKEN: bad } })).rejects.toThrow(
        'BILLFOLD_TOKEN: expected 16 to 512',
      );
    const billfold = await startService({ dataDir, environment: { BILLFOLD_TOKEN: 'sixteen-letters!' } });
    onTestFinished(() => billfold.stop());
    expect(billfold.token).toEqual({ type: 'given' });
    expect(await billfold.ask('/api/status')).toMatchObject({ status: 401 });
    const headers = { authorization: 'Bearer sixteen-letters!' };
    expect(await billfold.ask('/api/status', { headers })).toMatchObject({ status: 200 });
    expect(await readFile(join(dataDir, 'access.json'), 'utf8')).not.toContain('sixteen-letters!');
  });

  it('a file of tokens that is none is told by its name', async () => {
    const dataDir = await freshFolder();
    onTestFinished(() => removeFolder(dataDir));
    await writeFile(join(dataDir, 'access.json'), '{"token":"short"');
    await expect(startService({ dataDir, host: '127.0.0.2' })).rejects.toThrow(/access\.json: expected \{ "token"/);
  });
});

describe('billfold start --host 0.0.0.0', () => {
  it('prints an address to open, takes the token from the command line, and lets nobody else to its other ports', async () => {
    const place = await freshPlace();
    const { service } = await launch(place, 'node', ['--empty', '--host', '0.0.0.0']);
    const printed = /open +(http:\/\/(\S+):\d+)\/\?token=(\S+)/.exec(service?.stderr() ?? '');
    const [, url = '', outer = '', token = ''] = printed ?? [];
    expect((await curl(`${url}/?token=${token}`)).status).toBe(303);

    const status = (environment: Readonly<Record<string, string>>) =>
      run(process.execPath, ['adapters/cli/billfold.js', 'status'], environment).ended;
    expect(await status({ BILLFOLD_URL: url, BILLFOLD_TOKEN: token })).toMatchObject({ code: 0 });
    expect(await status({ BILLFOLD_URL: url })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Set BILLFOLD_TOKEN to it.'),
    });
    expect(await status({ BILLFOLD_URL: 'http://billfold.example.com', BILLFOLD_TOKEN: token })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BILLFOLD_URL: expected https://'),
    });
    for (const port of [place.dynamodbPort, place.middlewarePort]) {
      expect(await answers('127.0.0.1', port)).toBe(true);
      if (outer !== '127.0.0.1') expect(await answers(outer, port)).toBe(false);
    }
  });

  it('refuses what is no address of this machine', async () => {
    const place = await freshPlace();
    const { running, service } = await launch(place, 'node', ['--empty', '--host', '203.0.113.9']);
    expect(service).toBeNull();
    expect(await running.ended).toMatchObject({
      code: 1,
      stderr: '203.0.113.9 is no address of this machine. (--host)\n',
    });
    const nonsense = await launch(place, 'node', ['--host', 'http://x']);
    expect(await nonsense.running.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected an address such as 0.0.0.0'),
    });
  });
});

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
