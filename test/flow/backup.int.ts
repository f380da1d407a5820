import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { created } from '#test/adapters/http/support.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import { billfold, freshPlace, killOutright, type Place, type Service, startIn, untilGone } from './process.ts';
import { order, put } from './sending.ts';
import { deliverUntilGone, playedToday } from './today.ts';

const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await billfold([...args, '--json']);
  return { code, stderr, said: stdout === '' ? null : JSON.parse(stdout) };
};
const backUp = (place: Place, into: string) => json('backup', into, '--data', place.folder);
const restore = (from: string, place: Place) => json('restore', from, '--data', place.folder);

/** Everything but the folder that the place was given. */
const lose = async (place: Place): Promise<void> => {
  await killOutright(place.folder, 'everything');
  await untilGone(place);
  for (const name of await readdir(place.folder)) await rm(join(place.folder, name), { recursive: true });
};

const urlOf = ({ port }: Place): string => `http://127.0.0.1:${port}`;

/** Of each member the highest revision that the wallet bus carried. */
const revisionsOf = async (service: Service): Promise<ReadonlyMap<string, number>> => {
  const revisions = new Map<string, number>();
  for (const { metadata } of await service.walletEvents())
    revisions.set(metadata.memberId, Math.max(revisions.get(metadata.memberId) ?? 0, metadata.revision));
  return revisions;
};

/** The records of the org that is played have the first ids. */
const IN_THE_ORG = 10;
for (let serial = 0; serial < IN_THE_ORG; serial++) created('Contact', {});

describe('the drill of a backup', { timeout: 120_000 }, () => {
  test('taken while traffic goes on, the folder lost: all acknowledged before is there, the rest comes with a load, no revision goes back', async () => {
    const played = playedToday(81);
    const place = await freshPlace();
    const [copy, half] = [await freshPlace(), Math.floor(played.feeds.length / 2)];
    const into = join(copy.folder, 'backup');
    let service = await startIn(place);
    const early = created('Contact', { MemberNumber__c: 'M-early', Name: { LastName: 'Roth' } });
    await put(service, early.entry, order(early.id, 1));
    await deliverUntilGone(service, played.feeds.slice(0, half));

    // Acknowledged, and perhaps still on its way to the log.
    const last = created('Contact', { MemberNumber__c: 'M-last' });
    await put(service, last.entry);
    const [taken] = await Promise.all([backUp(place, into), deliverUntilGone(service, played.feeds.slice(half))]);
    expect(taken).toMatchObject({ code: 0, said: { folder: into } });
    for (let serial = 2; serial < 30; serial++) await put(service, order(early.id, serial));
    await service.untilIdle();
    const before = await revisionsOf(service);
    expect(before.get(early.id)).toBeGreaterThan(5);
    await lose(place);

    const restored = await restore(into, place);
    expect(restored).toMatchObject({ code: 0, stderr: '', said: { notRebuilt: 0, takenAt: taken.said.takenAt } });
    service = await startIn(place);
    await service.untilIdle();
    expect(await service.passOf(last.id)).toMatchObject({ memberNumber: 'M-last' });
    expect(await service.passOf(early.id)).toMatchObject({ memberNumber: 'M-early', holder: { lastName: 'Roth' } });
    expect((await billfold(['verify', '--all'], `http://127.0.0.1:${place.port}`)).stdout).toMatch(/: no drift\n$/);

    await service.deliver(played.finalLoad);
    await service.untilIdle();
    const expected = truth(played.org, todayIn(Date.now()));
    for (const [memberId, pass] of expected) expect(knownPart(await service.passOf(memberId))).toEqual(pass);
    const after = await revisionsOf(service);
    for (const [memberId, revision] of before) expect(after.get(memberId), memberId).toBeGreaterThan(revision);
    // However many were published since the backup was taken, and by whatever was restored from it before.
    const { revisionsAbove } = restored.said;
    expect(revisionsAbove).toBeGreaterThanOrEqual(Math.floor(Date.parse(taken.said.takenAt) / 1000));
    expect(Math.min(...[...before.keys()].map((memberId) => after.get(memberId) ?? 0))).toBeGreaterThan(revisionsAbove);
  });

  test('nobody but its owner reads it; a folder in use, a store that is there and a backup broken off are refused', async () => {
    const place = await freshPlace();
    const copy = await freshPlace();
    const into = join(copy.folder, 'backup');
    expect(await backUp(place, into)).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no store') });
    const service = await startIn(place);
    const member = created('Contact', { MemberNumber__c: 'M-1', Name: { LastName: 'Roth' } });
    await put(service, member.entry);
    await service.untilIdle();
    expect(await backUp(place, into)).toMatchObject({ code: 0 });
    expect(await backUp(place, into)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });
    expect((await stat(into)).mode & 0o077).toBe(0);
    expect(await restore(into, place)).toMatchObject({ code: 1, stderr: expect.stringContaining('is using') });
    process.kill(service.pid, 'SIGTERM');
    await service.ended;
    expect(await restore(into, place)).toMatchObject({ code: 1, stderr: expect.stringContaining('holds a store') });
    await rm(join(into, 'backup.json'));
    expect(await restore(into, copy)).toMatchObject({ code: 1, stderr: expect.stringContaining('is no backup') });
  });

  test('who was forgotten since is forgotten again where the key file is still there, and stays so when data comes', async () => {
    const [place, copy] = [await freshPlace(), await freshPlace()];
    const into = join(copy.folder, 'backup');
    const service = await startIn(place);
    const people = ['Roth', 'Lang'].map((LastName, index) =>
      created('Contact', { MemberNumber__c: `M-${index}`, Name: { LastName } }),
    );
    await put(service, ...people.map(({ entry }) => entry));
    await service.untilIdle();
    expect(await backUp(place, into)).toMatchObject({ code: 0 });
    const [gone = '', kept = ''] = people.map(({ id }) => id);
    expect(await billfold(['forget', gone, '--yes'], urlOf(place))).toMatchObject({ code: 0 });
    process.kill(service.pid, 'SIGTERM');
    await service.ended;
    const keys = await readFile(join(place.folder, 'keys.jsonl'), 'utf8');
    await lose(place);

    await mkdir(join(place.folder), { recursive: true });
    await writeFile(join(place.folder, 'keys.jsonl'), keys);
    const restored = await restore(into, place);
    expect(restored).toMatchObject({
      code: 0,
      said: { forgottenSince: [gone] },
      stderr: expect.stringContaining(gone),
    });
    const again = await startIn(place);
    await expect.poll(async () => (await again.passOf(gone))?.forgotten).toBe(true);
    await put(again, ...people.map(({ entry }) => entry));
    await again.untilIdle();
    expect(await again.passOf(gone)).toMatchObject({ forgotten: true, status: 'withdrawn' });
    expect((await again.passOf(kept))?.holder).toMatchObject({ lastName: 'Lang' });
  });
});
