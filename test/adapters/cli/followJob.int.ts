import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpService, startService } from '#test/adapters/http/support.ts';
import { billfold } from '#test/flow/process.ts';

describe('billfold replay --follow, at home', () => {
  let service: HttpService;
  beforeAll(async () => {
    service = await startService();
    await service.untilIdle();
  });
  afterAll(() => service.stop());
  const cli = (...args: readonly string[]) => billfold(args, service.url);

  test('tells of a job that was started elsewhere, and starts nothing', async () => {
    const replayed = await cli('replay', '--json');
    const { id } = JSON.parse(replayed.stdout);
    expect(await cli('replay', '--follow', id, '--json')).toEqual(replayed);
    expect((await service.ask('/api/jobs')).body).toMatchObject({ items: [{ id }] });
    expect(await cli('verify', '--follow', id)).toMatchObject({
      ...{ code: 1, stderr: `The job ${id} is a replay: billfold replay --follow.\n` },
    });
  });

  test('one that there is not is told at once', async () => {
    expect(await cli('replay', '--follow', '17')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('There is no job 17.') },
    });
  });

  test('--prefix without --aws is a mistake', async () => {
    for (const command of ['replay', 'verify', 'diff', 'promote', 'reconcile'])
      expect(await cli(command, '--prefix', 'acme')).toMatchObject({
        ...{ code: 1, stderr: '--prefix names an installation on AWS: say --aws with it.\n' },
      });
  });
});
