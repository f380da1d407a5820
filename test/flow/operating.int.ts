import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { created } from '#test/adapters/http/support.ts';
import { readGoldenStore, restoreGoldenStore, storedVersions } from '#test/support/goldenStore.ts';
import { guideCommands, guidePart, runbooks, typedIn } from '#test/support/operatingGuide.ts';
import { wordsOf } from '#test/support/shellWords.ts';
import { type Ended, freshPlace, killOutright, type Place, run, type Service, startIn, untilGone } from './process.ts';
import { order, put } from './sending.ts';

const MEMBER_OF_THE_GUIDE = '0038d000008NplcAAC';

const ofRunbooks = [...new Set(runbooks.flatMap(({ text }) => typedIn(text)))];
/** What needs neither AWS nor a destination, and leaves nothing to be filled in. */
const runbooksOnALaptop = ofRunbooks.filter(
  (command) =>
    /^npx billfold /.test(command) && !/ --aws\b| baseline | redrive | google | --member | [A-Z]{2,}\b/.test(command),
);
const runbookUrls = [...new Set(ofRunbooks.flatMap((command) => command.match(/https:\/\/MIDDLEWARE\/\S+/g) ?? []))];

/** As somebody types it on the machine where that place is, in the folder beside it. */
const typed = (command: string, place: Place, memberId: string, beside: string): Promise<Ended> => {
  const [, , ...words] = wordsOf(command);
  const args = words.map((word) =>
    word.replace(/^\.billfold$/, place.folder).replace(/^(?=backups\/|forgotten\.txt$)/, `${beside}/`),
  );
  const data = args[0] === 'backup' ? ['--data', place.folder] : [];
  const at = args.map((word) => (word === MEMBER_OF_THE_GUIDE ? memberId : word));
  return run(process.execPath, ['adapters/cli/main.ts', ...at, ...data], {
    BILLFOLD_URL: `http://127.0.0.1:${place.port}`,
    BILLFOLD_MIDDLEWARE_URL: `http://127.0.0.1:${place.middlewarePort}`,
  }).ended;
};

/** Those that need no AWS. */
const ofALaptop = (part: string): readonly string[] =>
  guideCommands('npx billfold', guidePart(part)).filter((command) => !/ --aws\b| baseline /.test(command));

/** A restore wants a folder that nobody works in: it is typed after the backup. */
const isOfARunning = (command: string): boolean => !command.startsWith('npx billfold restore ');

const type = async (commands: readonly string[], place: Place, memberId: string, beside: string) => {
  const said = new Map<string, string>();
  for (const command of commands) {
    const { code, stdout, stderr } = await typed(command, place, memberId, beside);
    expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
    said.set(command, stdout);
  }
  return (command: string): string => said.get(command) ?? expect.unreachable(`not typed: ${command}`);
};

test('what the operating guide has somebody type on a laptop does what it says, in its order', {
  timeout: 120_000,
}, async () => {
  const [place, beside] = [await freshPlace(), await freshPlace()];
  let service = await startIn(place, 'npm', startedAsWritten(place));
  const member = created('Contact', { MemberNumber__c: 'M-1', Name: { LastName: 'Roth' } });
  await put(service, member.entry, order(member.id, 1));
  await service.untilIdle();

  const parts = ['Monitor', 'Replay and promote', 'Poisoned data', 'Upgrade', 'Back up'];
  const said = await type(
    [...new Set([...parts.flatMap(ofALaptop).filter(isOfARunning), ...runbooksOnALaptop])],
    place,
    member.id,
    beside.folder,
  );
  expect(said('npx billfold status')).toContain('idle');
  expect(said('npx billfold pipes list').match(/RUNNING/g)).toHaveLength(3);
  expect(said('npx billfold verify --all')).toMatch(/: no drift\n$/);
  expect(said(`npx billfold why ${MEMBER_OF_THE_GUIDE} tier.name`)).toContain('Silver');
  expect(said('npx billfold backup backups/today')).toMatch(/today holds .* as of /);

  for (const url of runbookUrls) {
    const answer = await fetch(url.replace('https://MIDDLEWARE', `http://127.0.0.1:${place.middlewarePort}`));
    expect({ url, status: answer.status }).toEqual({ url, status: 200 });
  }

  await killOutright(place.folder, 'everything');
  await untilGone(place);
  const lost: Place = { ...place, folder: join(beside.folder, 'again') };
  const [restore = '', verify = '', list = '', forget = '', ...others] = ofALaptop("A laptop's data folder");
  expect(others).toEqual([]);
  const restored = await typed(restore, lost, member.id, beside.folder);
  expect(restored).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/: 1 members folded again, revisions above \d+\.\n$/),
  });
  service = await startIn(lost);
  expect(await typed(verify, lost, member.id, beside.folder)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/: no drift\n$/),
  });
  expect(await service.passOf(member.id)).toMatchObject({ holder: { lastName: 'Roth' }, tier: { name: 'Silver' } });

  await writeFile(join(beside.folder, 'forgotten.txt'), `${member.id}\n`);
  expect(await typed(forget, lost, member.id, beside.folder)).toMatchObject({ code: 0 });
  expect(await typed(list, lost, member.id, beside.folder)).toMatchObject({
    stdout: expect.stringMatching(new RegExp(`^${member.id}`)),
  });
});

/** `npm start -- --empty --data .billfold`, as Install has it. */
const startedAsWritten = ({ folder }: Place): readonly string[] => {
  const [asked = ''] = guideCommands('npm', guidePart('Install')).filter((command) => command.includes(' --data '));
  const [, start, , ...args] = wordsOf(asked);
  expect(start).toBe('start');
  return args.map((arg) => (arg === '.billfold' ? folder : arg));
};

test('a release goes on with what an earlier one stored, as Upgrade says', { timeout: 120_000 }, async () => {
  const place = await freshPlace();
  const [oldest = ''] = storedVersions();
  const store = readGoldenStore(oldest);
  await restoreGoldenStore(place.folder, store);
  const service = await startIn(place);
  await service.untilIdle();
  await expect.poll(() => isNightSeenTo(service), { timeout: 60_000, interval: 50 }).toBe(true);
  const members = Object.keys(store.passes).length;
  expect(members).toBeGreaterThan(1);
  const verified = await typed('npx billfold verify --all --json', place, '', '');
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  const { counts } = JSON.parse(verified.stdout).tally;
  expect(counts.members).toBeGreaterThanOrEqual(members);
  expect({ drifted: 0, behind: 0, ...counts }).toMatchObject({ drifted: 0, behind: 0 });
});

/** A store that slept makes up for its nights as soon as it is awake, one job in each round. */
const isNightSeenTo = async ({ get }: Service): Promise<boolean> => {
  const { job, nightly } = await get<RuntimeStatus>('/api/status');
  return job === null && nightly.some(({ isDue }) => !isDue);
};

test.each(guideCommands('npm', guidePart('Size')))('%s: needs no service', async (command) => {
  const { code, stdout } = await run('npm', wordsOf(command).slice(1)).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/--members|4,000,000/) });
});
