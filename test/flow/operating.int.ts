import { join } from 'node:path';
import { expect, test } from 'vitest';
import { created } from '#test/adapters/http/support.ts';
import { wordsOf } from '#test/support/awsCommand.ts';
import { guideCommands, guidePart } from '#test/support/operatingGuide.ts';
import { type Ended, freshPlace, killOutright, type Place, run, startIn, untilGone } from './process.ts';
import { order, put } from './sending.ts';

const MEMBER_OF_THE_GUIDE = '0038d000008NplcAAC';

/** As somebody types it on the machine where that place is. */
const typed = (command: string, place: Place, memberId: string, backups: string): Promise<Ended> => {
  const [, , ...words] = wordsOf(command);
  const args = words.map((word) => word.replace(/^\.billfold$/, place.folder).replace(/^backups\//, `${backups}/`));
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

test('what the operating guide has somebody type on a laptop does what it says, in its order', {
  timeout: 120_000,
}, async () => {
  const [place, beside] = [await freshPlace(), await freshPlace()];
  const backups = join(beside.folder, 'backups');
  let service = await startIn(place);
  const member = created('Contact', { MemberNumber__c: 'M-1', Name: { LastName: 'Roth' } });
  await put(service, member.entry, order(member.id, 1));
  await service.untilIdle();
  const said = new Map<string, string>();
  const type = async (part: string): Promise<void> => {
    for (const command of ofALaptop(part)) {
      const { code, stdout, stderr } = await typed(command, place, member.id, backups);
      expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
      said.set(command, stdout);
    }
  };

  for (const part of ['Monitor', 'Replay and promote', 'Poisoned data', 'Back up']) await type(part);
  expect(said.get('npx billfold status')).toContain('idle');
  expect(said.get('npx billfold pipes list')?.match(/RUNNING/g)).toHaveLength(3);
  expect(said.get('npx billfold verify --all')).toMatch(/: no drift\n$/);
  expect(said.get(`npx billfold why ${MEMBER_OF_THE_GUIDE} tier.name`)).toContain('Silver');
  expect(said.get('npx billfold backup backups/today')).toMatch(/today holds .* as of /);

  await killOutright(place.folder, 'everything');
  await untilGone(place);
  const lost: Place = { ...place, folder: join(beside.folder, 'again') };
  const [restore = '', verify = '', ...others] = ofALaptop("A laptop's data folder");
  expect(others).toEqual([]);
  const restored = await typed(restore, lost, member.id, backups);
  expect(restored).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/: 1 members folded again, revisions above \d+\.\n$/),
  });
  service = await startIn(lost);
  expect(await typed(verify, lost, member.id, backups)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/: no drift\n$/),
  });
  expect(await service.passOf(member.id)).toMatchObject({ holder: { lastName: 'Roth' }, tier: { name: 'Silver' } });
});
