import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nightOf } from '#adapters/jobs/nightOf.ts';
import { got } from '#test/contract/given.ts';
import { installation, timedOut } from '#test/support/awsJobs.ts';
import { guideCommands, guidePart, runbooks, typedIn } from '#test/support/operatingGuide.ts';
import { idOf } from '#test/support/rebuilding.ts';
import { wordsOf } from '#test/support/shellWords.ts';

const MEMBERS = 30;

let aws: Awaited<ReturnType<typeof installation>>;
beforeEach(async () => {
  aws = await installation(MEMBERS);
});
afterEach(() => aws.stop());

const revision = async (member: number) => (await got(aws.stores.views.load(idOf(member)))).revision;

/** Stands still before the first step that is wanted, until it is let go. */
const gate = (isWanted: (payload: Readonly<Record<string, unknown>>) => boolean) => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let isReached = false;
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  aws.onStep(async (payload) => {
    if (isReached || !isWanted(payload)) return;
    isReached = true;
    reach();
    await opened;
  });
  return { reached, open: () => open() };
};
const isWalk = ({ action }: Readonly<Record<string, unknown>>): boolean => action === 'walk';

describe('jobs on AWS', { timeout: 120_000 }, () => {
  test('a replay, a verification, a promotion and its way back print what they print at home', async () => {
    expect(await aws.cli('replay')).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(
          `^${MEMBERS} members folded again from ${MEMBERS} commits in [\\d.]+ s: ${MEMBERS} rebuilt, ${MEMBERS} states of waiting versions written, ${MEMBERS} passes changed\\.\n$`,
        ),
      ),
      stderr: '',
    });
    expect(await revision(7)).toBe(1);
    expect(await aws.cli('verify', '--all')).toMatchObject({ code: 0, stdout: expect.stringMatching(/: no drift\n$/) });
    expect(await aws.cli('diff')).toMatchObject({ code: 0, stdout: expect.stringContaining(`${MEMBERS}`) });
    expect(await aws.cli('promote', '--rate', '5000')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Promoted: 30 members switched in [\d.]+ s, 30 passes published\.\n$/),
    });
    expect(await aws.cli('promote', 'tier@3')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tier@3 is live already'),
    });
    expect(await aws.cli('promote', '--back', '--rate', '5000')).toMatchObject({ code: 0 });
    expect(await revision(7)).toBe(3);
  });

  test('do what the guide and the page of a missed night have somebody type, in its order', async () => {
    const [night] = runbooks.filter(({ name }) => name === 'night-missed.md');
    const commands = [...guideCommands('npx billfold', guidePart('Replay and promote')), ...typedIn(night?.text ?? '')]
      .filter((command) => /^npx billfold .*--aws\b/.test(command))
      .map((command) => wordsOf(command).slice(2));
    expect(commands.map(([name]) => name)).toEqual(['replay', 'diff', 'promote', 'promote', 'reconcile', 'verify']);
    for (const words of commands) {
      const { code, stderr } = await aws.cliIn(aws.ACCOUNT, ...words, '--prefix', aws.prefix);
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
    }
    const nights = (await got(aws.jobs.list(2))).map(({ request }) => nightOf(request));
    expect(nights).toEqual(['verify', 'reconcile']);
  });

  test('a reconciliation publishes again what was written since', async () => {
    await aws.cli('replay');
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await aws.cli('reconcile')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 not published') });
    expect(await aws.cli('reconcile', '--republish-since', since)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`0 behind their events, ${MEMBERS} not published; repaired.`),
    });
    expect(aws.published).toHaveLength(MEMBERS);
    expect(aws.published[0]).toMatchObject({ source: 'billfold.wallet', detailType: 'WalletPassIssued' });
  });

  test('--json is the job, as at home; the same call after its end is another job', async () => {
    const first = await aws.cli('replay', '--segments', '3', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({
      ...{ request: { type: 'replay', segments: 3 }, state: 'done', failure: null, walked: MEMBERS },
      tally: { counts: { members: MEMBERS, rebuilt: MEMBERS } },
    });
    const second = JSON.parse((await aws.cli('replay', '--segments', '3', '--json')).stdout);
    expect(second).toMatchObject({ state: 'done', tally: { counts: { members: MEMBERS } } });
    expect(second.id).not.toBe(JSON.parse(first.stdout).id);
    expect(aws.server.started).toHaveLength(2);
  });

  test('the same call twice at once is one execution, followed by both; another is told to wait', async () => {
    const { reached, open } = gate(isWalk);
    const calls = [aws.cli('replay', '--json'), aws.cli('replay', '--json')];
    await reached;
    const { code, stderr } = await aws.cli('verify', '--all');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The replay \d+ is under way: wait for it, or follow it\.\n$/),
    });
    open();
    const [one, other] = await Promise.all(calls);
    expect(one).toMatchObject({ code: 0 });
    expect(JSON.parse(one?.stdout ?? '').id).toBe(JSON.parse(other?.stdout ?? '').id);
    expect(aws.server.started).toHaveLength(1);
  });

  test('a job of the night waits for the turn of another, and mends what is behind', async () => {
    let plansOfNight = 0;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    aws.onStep(async ({ action, startedBy }) => {
      if (action === 'plan' && startedBy === 'reconcile') {
        plansOfNight += 1;
        if (plansOfNight === 3) open();
      }
      if (action === 'walk') await opened;
    });
    const replayed = aws.cli('verify', '--all');
    while ((await got(aws.turns.load()))?.job == null) await new Promise((resolve) => setTimeout(resolve, 5));
    const status = await aws.nightly('reconcile');
    expect((await replayed).code).toBe(1);
    while ((await status()) === 'RUNNING') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await status()).toBe('SUCCEEDED');
    expect(plansOfNight).toBeGreaterThanOrEqual(3);
    expect(await revision(7)).toBe(1);
    expect((await got(aws.jobs.list(10))).map(({ request: { type }, state }) => `${type} ${state}`)).toEqual([
      'reconcile done',
      'verify done',
    ]);
  });

  test('a worker that is killed is tried again, and nothing is different', async () => {
    const killed = new Set<unknown>();
    aws.onStep(async ({ action, segment }) => {
      if (action !== 'walk' || killed.has(segment)) return;
      killed.add(segment);
      throw timedOut();
    });
    const { code, stdout } = await aws.cli('replay', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).tally.counts).toMatchObject({ members: MEMBERS, commits: MEMBERS, rebuilt: MEMBERS });
    expect(killed.size).toBe(20);
  });

  test('a worker that never gets through fails the job with its cause; the same call goes on where it stopped', async () => {
    aws.onStep(async ({ action, segment }) => {
      if (action === 'walk' && segment === 3) throw timedOut();
    });
    const failed = await aws.cli('replay');
    expect(failed).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^A worker was ended again and again/),
    });
    const [job] = await got(aws.jobs.list(1));
    expect(job).toMatchObject({ state: 'failed' });
    aws.onStep(async () => undefined);
    const again = await aws.cli('replay', '--json');
    expect(again).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Going on with the replay begun at /) });
    expect(JSON.parse(again.stdout)).toMatchObject({ id: job?.id, walked: MEMBERS });
    expect(await aws.cli('replay', '--resume', job?.id ?? '')).toMatchObject({
      ...{ code: 1, stderr: `The replay ${job?.id} is finished.\n` },
    });
  });

  test('what a worker found is told, not that one of many failed', async () => {
    const { code, stderr } = await aws.cli('verify', '--member', '003NOBODY');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'No member 003NOBODY: its stream is empty.\n' });
  });

  test('one whose execution somebody stopped is not waited for; the same call goes on', async () => {
    const { reached, open } = gate(({ action, segment }) => action === 'walk' && segment === 5);
    const followed = aws.cli('replay');
    await reached;
    aws.server.abort(aws.server.started[0] ?? '');
    expect(await followed).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringMatching(/^Somebody stopped the execution replay-.*The same command again goes on/),
    });
    const again = await aws.cli('replay', '--json');
    open();
    expect(again).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout)).toMatchObject({ state: 'done', walked: MEMBERS });
    expect(await got(aws.jobs.list(9))).toHaveLength(1);
  });

  test('Ctrl-C leaves it running and says how to follow it; --follow starts nothing', async () => {
    const { reached, open } = gate(isWalk);
    const running = aws.start('replay');
    await reached;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    process.kill(running.pid, 'SIGINT');
    const { code, stderr } = await running.ended;
    const [job] = await got(aws.jobs.list(1));
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: `\nIt goes on without you. To follow it: billfold replay --aws --prefix ${aws.prefix} --follow ${job?.id}\n`,
    });
    open();
    expect(await aws.cli('replay', '--follow', job?.id ?? '')).toMatchObject({ code: 0, stderr: '' });
    expect(await aws.cli('verify', '--follow', job?.id ?? '')).toMatchObject({
      ...{ code: 1, stderr: `The job ${job?.id} is a replay: billfold replay --follow.\n` },
    });
    expect(await aws.cli('replay', '--follow', '17')).toMatchObject({ code: 1, stderr: 'There is no job 17.\n' });
    expect(aws.server.started).toHaveLength(1);
  });

  test('what is missing is told in words that a person can act on', async () => {
    const { cliIn, ACCOUNT } = aws;
    expect(await cliIn({}, 'replay', '--aws')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No AWS region/),
    });
    expect(await cliIn({ AWS_REGION: 'eu-west-1' }, 'replay', '--aws')).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/^No AWS credentials/) },
    });
    expect(await cliIn(ACCOUNT, 'verify', '--aws', '--prefix', 'acme')).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        'There is no state machine acme-jobs in this account and region. Deployed under another prefix: say --prefix.\n',
    });
    aws.server.refuse('StartExecution', 'AccessDeniedException');
    expect(await aws.cli('replay')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^AWS does not allow it: /),
    });
    expect(await aws.cli('replay', '--segments', '0')).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/^segments: expected a whole number/) },
    });
  });
});
