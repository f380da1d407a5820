import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpService, problem, startService } from '#test/adapters/http/support.ts';
import { billfold, run } from '#test/flow/process.ts';
import { type PipesServer, startPipesServer } from '#test/support/pipesServer.ts';

describe('billfold pipes, at home', () => {
  let service: HttpService;
  beforeAll(async () => {
    service = await startService();
    await service.untilIdle();
  });
  afterAll(() => service.stop());
  const pipes = (...args: readonly string[]) => billfold(['pipes', ...args], service.url);

  it('lists them', async () => {
    expect(await pipes()).toEqual({
      code: 0,
      stdout: [
        'PIPE      STATE    FROM → TO',
        'poke      RUNNING  events table → projector',
        'announce  RUNNING  events table → announcer',
        'publish   RUNNING  views table → wallet bus\n',
      ].join('\n'),
      stderr: '',
    });
    const { items } = (await service.ask('/api/pipes')).body as { items: object[] };
    expect(JSON.parse((await pipes('list', '--json')).stdout)).toEqual(items);
    expect(items[0]).toEqual({
      ...{ name: 'poke', from: 'events table', to: 'projector', desired: 'RUNNING', current: 'RUNNING', reason: null },
      ...{ settled: true, waiting: false, retrying: false },
    });
  });

  it('pauses and resumes one, and says what was so already', async () => {
    expect(await pipes('pause', 'publish')).toEqual({ code: 0, stdout: 'publish is paused\n', stderr: '' });
    expect(await pipes('pause', 'publish')).toMatchObject({ code: 0, stdout: 'publish was paused already\n' });
    expect((await pipes('list')).stdout).toContain('publish   STOPPED  views table → wallet bus\n');
    expect((await billfold(['status'], service.url)).stdout).toMatch(/^idle: .*\n(?:.*\n)*Paused +publish\n/);
    expect(await pipes('resume', 'publish')).toMatchObject({ code: 0, stdout: 'publish is running again\n' });
    expect(await pipes('resume', 'publish')).toMatchObject({ code: 0, stdout: 'publish was running already\n' });
  });

  it('without a name it is all of them, and that is said', async () => {
    expect(await pipes('pause')).toEqual({
      code: 0,
      stdout: 'poke is paused\nannounce is paused\npublish is paused\n',
      stderr: 'All live pipes: poke, announce, publish.\n',
    });
    const { code, stdout, stderr } = await pipes('resume', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject(
      ['poke', 'announce', 'publish'].map((name) => ({ name, current: 'RUNNING', changed: true })),
    );
  });

  it('POST to a pipe that there is not is 404, with those that there are', async () => {
    const answer = await service.ask('/api/pipes/pokes/pause', { method: 'POST' });
    expect(answer).toMatchObject(problem(404, 'No pipe is called pokes: there are poke, announce, publish.'));
  });
});

describe('billfold pipes, on AWS', () => {
  let server: PipesServer;
  beforeEach(async () => {
    server = await startPipesServer(['billfold-poke', 'billfold-announce', 'billfold-publish', 'acme-poke']);
  });
  afterEach(() => server.stop());

  const ACCOUNT = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'anyone', AWS_SECRET_ACCESS_KEY: 'anything' };
  /** Nothing of the environment that the tests run in: it may hold somebody's AWS account. */
  const pipesIn = (environment: object, ...args: readonly string[]) => {
    const variables = Object.entries({
      ...{ PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ AWS_ENDPOINT_URL_PIPES: server.endpoint, ...environment },
    }).map(([name, value]) => `${name}=${value}`);
    return run('env', ['-i', ...variables, process.execPath, 'adapters/cli/billfold.js', 'pipes', ...args]).ended;
  };
  const pipes = (...args: readonly string[]) => pipesIn(ACCOUNT, ...args);

  it('--aws goes there, and so does BILLFOLD_TARGET=aws', async () => {
    const { code, stdout } = await pipes('--aws');
    expect(code).toBe(0);
    expect(stdout).toContain('publish   RUNNING  views table → wallet bus\n');
    expect(await pipesIn({ ...ACCOUNT, BILLFOLD_TARGET: 'aws' }, 'list')).toMatchObject({ code: 0, stdout });
    expect(await pipesIn({ ...ACCOUNT, BILLFOLD_TARGET: 'cloud' }, 'list')).toMatchObject({
      code: 1,
      stderr: 'BILLFOLD_TARGET: expected "aws" or "service" (what answers at BILLFOLD_URL).\n',
    });
  });

  it('pauses, and returns once the state is reached', async () => {
    expect(await pipes('pause', 'publish', '--aws')).toEqual({ code: 0, stdout: 'publish is paused\n', stderr: '' });
    expect(server.asked).toContain('POST /v1/pipes/billfold-publish/stop');
    expect((await pipes('list', '--aws')).stdout).toContain('publish   STOPPED');
  });

  it('of all of them, each that fails is told with its reason, and the exit code says so', async () => {
    server.onRequest('billfold-announce', [
      { CurrentState: 'STOPPING', DesiredState: 'STOPPED' },
      { CurrentState: 'STOP_FAILED', DesiredState: 'STOPPED', StateReason: 'The role cannot be assumed' },
    ]);
    const reason = 'The pipe announce is STOP_FAILED: The role cannot be assumed';
    const { code, stdout, stderr } = await pipes('pause', '--aws', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${reason}\n` });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'poke', current: 'STOPPED' },
      { name: 'announce', error: reason },
      { name: 'publish', current: 'STOPPED' },
    ]);
    expect((await pipes('list', '--aws')).stdout).toContain('events table → announcer   The role cannot be assumed\n');
  });

  it('--prefix is that of the installation; what is not there is told', async () => {
    const { code, stdout, stderr } = await pipes('list', '--aws', '--prefix', 'acme');
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('poke  RUNNING') });
    expect(stderr).toMatch(/acme-announce, acme-publish/);
    expect(await pipes('pause', 'publish', '--aws', '--prefix', 'acme')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no pipe acme-publish in this account and region'),
    });
  });

  it.each([
    { of: 'region', environment: {}, says: /^No AWS region/ },
    { of: 'credentials', environment: { AWS_REGION: 'eu-west-1' }, says: /^No AWS credentials/ },
  ])('without $of it says so, once', async ({ environment, says }) => {
    const { code, stdout, stderr } = await pipesIn(environment, 'pause', '--aws', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
