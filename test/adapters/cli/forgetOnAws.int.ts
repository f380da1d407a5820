import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Certificate } from '#adapters/http/answers/forgotten.ts';
import { physicalName } from '#adapters/topology.ts';
import { type Ended, run } from '#test/flow/process.ts';
import { contact, contactId, order } from '#test/support/changeEvents.ts';
import { type ForgettingAccount, machine, openForgettingAccount } from '#test/support/forgettingOnAws.ts';
import { type StepFunctionsServer, startStepFunctions } from '#test/support/stepFunctions.ts';

let on: ForgettingAccount;
let server: StepFunctionsServer;
let prefix: string;
beforeAll(async () => {
  on = await openForgettingAccount();
  prefix = on.account.database.prefix;
  const { invoke, wait } = on;
  server = await startStepFunctions({ name: physicalName(prefix, 'forget'), definition: machine, invoke, wait });
  await on.say(...[1, 2, 3, 4].flatMap((serial) => [contact(serial, 'Quixotl'), order(serial, serial)]));
});
afterAll(async () => {
  await server.stop();
  await on.stop();
});

const cli = (...args: readonly string[]): Promise<Ended> => {
  const variables = Object.entries({
    ...{ PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_ENDPOINT_URL_SFN: server.endpoint, AWS_ENDPOINT_URL_DYNAMODB: on.account.database.endpoint },
    ...{ AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  }).map(([name, value]) => `${name}=${value}`);
  const command = ['adapters/cli/billfold.js', 'forget', ...args, '--aws', '--prefix', prefix];
  return run('env', ['-i', ...variables, process.execPath, ...command]).ended;
};

test('a member is forgotten on AWS by one command, which tells what was looked at, and what was not', async () => {
  const unsure = await cli(contactId(1));
  expect(unsure).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
  expect(server.started).toEqual([]);
  const [sure, json] = await Promise.all([
    cli(contactId(1).slice(0, 15), '--yes'),
    cli(contactId(1), '--yes', '--json'),
  ]);
  expect(sure).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/was forgotten on[\s\S]*Not looked at:[\s\S]*Nothing personal was found/),
  });
  const certificate = JSON.parse(json.stdout) as Certificate;
  expect(certificate).toMatchObject({ memberId: contactId(1), isClean: true });
  expect(certificate.notCovered.join(' ')).toMatch(/35 days.*7 days.*30 days.*CloudWatch/s);
  // Asked twice at once it is one execution.
  expect(server.started).toHaveLength(1);
});

test('one whom nobody knows is refused, and what stopped is gone on with by the same command', async () => {
  const nobody = await cli(contactId(99), '--yes');
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining(`No member ${contactId(99)}`) });
  on.around(async (payload, work) => {
    if (payload.action === 'forget') throw Object.assign(new Error('it broke'), { name: 'ForgetFailed' });
    return work();
  });
  expect(await cli(contactId(2), '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('it broke. The same command'),
  });
  on.around((_, work) => work());
  expect(await cli(contactId(2), '--yes')).toMatchObject({ code: 0 });
});

test('who was forgotten is listed, and the list is taken to forget them again, as after a restore', async () => {
  const listed = await cli('--list');
  expect(listed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`^${contactId(1)}  .*  done$`, 'm')),
  });
  const file = join(on.account.folder, 'forgotten.txt');
  await writeFile(file, `${listed.stdout}\n${contactId(3)}\n${contactId(99)} unknown\n${contactId(4)}\n`);
  const again = await cli('--from', file, '--yes');
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('1 of 5 could not be forgotten') });
  for (const serial of [1, 2, 3, 4])
    expect(again.stdout).toContain(`${contactId(serial)}: member-${contactId(serial)}@`);
  expect(await on.holding('Quixotl')).toEqual([]);
});

test('it is said of whom', async () => {
  expect(await cli('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('one of them') });
  expect(await cli(contactId(1), '--list')).toMatchObject({ code: 1 });
});
