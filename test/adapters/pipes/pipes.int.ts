import { PipesClient } from '@aws-sdk/client-pipes';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '#adapters/cli/client.ts';
import { servicePipes } from '#adapters/cli/servicePipes.ts';
import { awsPipes, type Looks } from '#adapters/pipes/awsPipes.ts';
import { pipeFailureText } from '#adapters/pipes/failure.ts';
import { localPipeControl } from '#adapters/pipes/localPipeControl.ts';
import type { PipeControl } from '#adapters/pipes/pipeControl.ts';
import { type HttpService, startService } from '#test/adapters/http/support.ts';
import { local, pipesOf, pipeWith, putCommit } from '#test/adapters/local/support.ts';
import { got } from '#test/contract/given.ts';
import { pipeControlContract } from '#test/contract/pipeControl.ts';
import { conflict, type PipesServer, startPipesServer, throttled, type WirePipe } from '#test/support/pipesServer.ts';

const QUICKLY: Looks = { firstMs: 2, slowestMs: 10, timeoutMs: 5_000 };
const DEPLOYED = ['acme-poke', 'acme-announce', 'acme-publish', 'acme-other', 'billfold-poke'];

const aws = async (
  looks: Looks = QUICKLY,
): Promise<{ readonly server: PipesServer; readonly control: PipeControl }> => {
  const server = await startPipesServer(DEPLOYED);
  const client = new PipesClient({
    ...{ endpoint: server.endpoint, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
  });
  onTestFinished(async () => {
    client.destroy();
    await server.stop();
  });
  return { server, control: awsPipes({ client, prefix: 'acme', looks }) };
};
const allRunning = async (control: PipeControl): Promise<PipeControl> => {
  for (const { name } of await got(control.list)) await got(control.resume(name));
  return control;
};

let service: HttpService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

pipeControlContract('the Pipes API', async () => (await aws()).control);
pipeControlContract('the local runner', async () => {
  const pipes = pipesOf(await local(), {}, {});
  await pipes.start();
  return allRunning(localPipeControl(pipes));
});
pipeControlContract('a running billfold', () => allRunning(servicePipes(connect({ BILLFOLD_URL: service.url }))));

const pipe = (CurrentState: string, DesiredState: string, StateReason?: string): WirePipe => ({
  ...{ CurrentState, DesiredState },
  ...(StateReason !== undefined && { StateReason }),
});
const failureOf = async (turning: ReturnType<PipeControl['pause']>): Promise<string> => {
  const turned = await turning();
  return E.isLeft(turned) ? pipeFailureText(turned.left) : 'it went well';
};
const requests = ({ asked }: PipesServer): readonly string[] => asked.filter((line) => line.startsWith('POST'));

describe('on AWS', () => {
  it('a pipe is looked at until the state is reached, and asked once', async () => {
    const { server, control } = await aws();
    await got(control.pause('publish'));
    expect(server.asked).toEqual([
      'GET /v1/pipes/acme-publish',
      'POST /v1/pipes/acme-publish/stop',
      ...Array.from({ length: 3 }, () => 'GET /v1/pipes/acme-publish'),
    ]);
  });

  it('a pipe that is so already, or on its way, is not asked again', async () => {
    const { server, control } = await aws();
    server.goesThrough('acme-publish', [pipe('STOPPING', 'STOPPED'), pipe('STOPPED', 'STOPPED')]);
    expect(await got(control.pause('publish'))).toMatchObject({ current: 'STOPPED', changed: false });
    expect(requests(server)).toEqual([]);
  });

  it('a pipe that goes elsewhere is waited for, then asked', async () => {
    const { server, control } = await aws();
    server.goesThrough('acme-publish', [
      pipe('STARTING', 'RUNNING'),
      pipe('UPDATING', 'RUNNING'),
      pipe('RUNNING', 'RUNNING'),
    ]);
    expect(await got(control.pause('publish'))).toMatchObject({ current: 'STOPPED', changed: true });
    expect(server.asked.indexOf('POST /v1/pipes/acme-publish/stop')).toBe(3);
  });

  it('a conflict, or a throttled request, is asked again', async () => {
    const { server, control } = await aws();
    server.refuse('stop', conflict, throttled);
    server.refuse('describe', throttled);
    expect(await got(control.pause('publish'))).toMatchObject({ current: 'STOPPED' });
    expect(requests(server)).toHaveLength(3);
  });

  it('a pipe that does not stop is told with the reason that AWS gives', async () => {
    const { server, control } = await aws();
    server.onRequest('acme-publish', [
      pipe('STOPPING', 'STOPPED'),
      pipe('STOP_FAILED', 'STOPPED', 'The role cannot be assumed'),
    ]);
    expect(await failureOf(control.pause('publish'))).toBe(
      'The pipe publish is STOP_FAILED: The role cannot be assumed',
    );
    expect((await got(control.list))[2]).toMatchObject({
      current: 'STOP_FAILED',
      reason: 'The role cannot be assumed',
    });
  });

  it('a failure from before is tried again', async () => {
    const { server, control } = await aws();
    server.set('acme-publish', pipe('START_FAILED', 'RUNNING', 'No such stream'));
    expect(await got(control.resume('publish'))).toMatchObject({ current: 'RUNNING', changed: true });
    server.set('acme-publish', pipe('CREATE_FAILED', 'RUNNING', 'No such stream'));
    expect(await failureOf(control.resume('publish'))).toContain('CREATE_FAILED: No such stream');
  });

  it('a pipe that does not get there in time is told with where it is', async () => {
    const { server, control } = await aws({ ...QUICKLY, timeoutMs: 100 });
    server.onRequest('acme-publish', [pipe('STOPPING', 'STOPPED')]);
    expect(await failureOf(control.pause('publish'))).toBe(
      'The pipe publish is STOPPING, not STOPPED, after 0 s. It was asked for, and may still come.',
    );
  });

  it('a pipe that is not deployed is not listed, and cannot be paused', async () => {
    const { server, control } = await aws();
    server.remove('acme-announce');
    expect((await got(control.list)).map(({ name }) => name)).toEqual(['poke', 'publish']);
    expect(await failureOf(control.pause('announce'))).toContain('no pipe acme-announce in this account and region');
  });

  it.each([
    { error: 'AccessDeniedException', status: 403, says: /^AWS does not allow it: / },
    { error: 'ValidationException', status: 400, says: /^EventBridge Pipes refuses it: / },
  ])('what nobody can wait for is told at once: $error', async ({ says, ...error }) => {
    const { server, control } = await aws();
    server.refuse('stop', error);
    expect(await failureOf(control.pause('poke'))).toMatch(says);
  });

  it('an API that does not answer is given up after a few looks', async () => {
    const { server, control } = await aws();
    await server.stop();
    expect(await failureOf(control.pause('poke'))).toMatch(/^The pipes cannot be reached: .*ECONNREFUSED/);
  });
});

describe('at home', () => {
  it('a pause that waits for its batch for too long says so, and still comes', async () => {
    const db = await local();
    const inFlight = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const projector = async () => {
      inFlight.resolve();
      await release.promise;
    };
    const pipes = pipesOf(db, { poke: pipeWith({}) }, { projector });
    const patient = localPipeControl(pipes);
    await pipes.start();
    await putCommit(db, 'm', 1);
    await inFlight.promise;
    expect(await failureOf(localPipeControl(pipes, 50).pause('poke'))).toMatch(
      /^The pipe poke is STOPPING, not STOPPED/,
    );
    // The others are not held up by it.
    expect(await got(patient.pause('announce'))).toMatchObject({ current: 'STOPPED' });
    release.resolve();
    expect(await got(patient.pause('poke'))).toMatchObject({ current: 'STOPPED', changed: false });
  });

  it('a resume whose stream does not answer says why', async () => {
    const openStream = async () => Promise.reject(new Error('no stream today'));
    const pipes = pipesOf(await local(), {}, {}, { openStream });
    await pipes.start();
    expect(await failureOf(localPipeControl(pipes, 50).resume('poke'))).toMatch(
      /^The pipe poke is STARTING, not RUNNING, after 0 s \(Error: no stream today\)/,
    );
  });
});
