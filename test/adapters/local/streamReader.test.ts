import { describe, expect, test } from 'vitest';
import { streamReader } from '#adapters/local/streamReader.ts';
import { type FakeShard, fakeStream } from './fakeStream.ts';

const memory = () => {
  const saved = new Map<string, string>();
  const save = async (name: string, place: string) => void saved.set(name, place);
  return { load: async (name: string) => saved.get(name) ?? null, save, saveLater: save };
};

const given = async (shards: readonly FakeShard[]) => {
  const { state, stream } = fakeStream();
  state.shards.push(...shards);
  const logged: string[] = [];
  const checkpoints = memory();
  const open = () => streamReader({ stream, checkpoints, log: ({ type }) => void logged.push(type) }, 'poke');
  const read = async (reader: Awaited<ReturnType<typeof open>>, limit = 1_000) => {
    const page = await reader.nextPage(limit);
    await page.commit();
    return page.records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  };
  return { state, open, read, logged };
};
const shard = (
  shardId: string,
  sequences: readonly string[],
  parentShardId: string | null = null,
  closed = false,
): FakeShard => ({ shardId, parentShardId, sequences, closed });

describe('a stream reader', () => {
  test('reads a parent to its end before its children, and the children side by side', async () => {
    const { open, read } = await given([
      shard('c1', ['10', '12'], 'p'),
      shard('c2', ['11', '13'], 'p'),
      shard('p', ['1', '2', '3'], null, true),
    ]);
    const reader = await open();
    expect(await read(reader, 2)).toEqual(['1', '2']);
    expect(await read(reader, 2)).toEqual(['3']);
    expect(await read(reader)).toEqual(['10', '12', '11', '13']);
    expect(await read(reader)).toEqual([]);
  });

  test('finds the children of a shard that was split while it was read', async () => {
    const { state, open, read } = await given([shard('p', ['1'])]);
    const reader = await open();
    expect(await read(reader)).toEqual(['1']);
    expect((await reader.nextPage(10)).quiet).toBe(true);
    state.shards = [shard('p', ['1', '2'], null, true), shard('c1', ['3'], 'p'), shard('c2', ['4'], 'p')];
    expect(await read(reader)).toEqual(['2']);
    expect(await read(reader)).toEqual(['3', '4']);
  });

  test('reads a shard whose parent has been forgotten', async () => {
    const { open, read } = await given([shard('c', ['5'], 'gone')]);
    expect(await read(await open())).toEqual(['5']);
  });

  test('an expired iterator is taken anew at the checkpoint', async () => {
    const { state, open, read } = await given([shard('s', ['1', '2', '3'])]);
    const reader = await open();
    expect(await read(reader, 2)).toEqual(['1', '2']);
    state.expired.add('s');
    expect(await read(reader)).toEqual(['3']);
    expect(state.asked).toEqual(['s horizon', 's 2']);
  });

  test('trimmed records are said to be lost, and what is left is read', async () => {
    const { state, open, read, logged } = await given([shard('s', ['1', '2', '3', '4', '5'])]);
    const first = await open();
    expect(await read(first, 1)).toEqual(['1']);
    state.trimmedBelow = 4n;
    expect(await read(first)).toEqual(['4', '5']);
    expect(logged).toEqual(['StreamTrimmed']);
  });

  test('a checkpoint from before the trim is said to be lost, too', async () => {
    const { state, open, read, logged } = await given([shard('s', ['1', '2', '3', '4', '5'])]);
    expect(await read(await open(), 1)).toEqual(['1']);
    state.trimmedBelow = 4n;
    expect(await read(await open())).toEqual(['4', '5']);
    expect(logged).toEqual(['StreamTrimmed']);
  });

  test('an abandoned page comes again, a committed one does not, restart or not', async () => {
    const { open, read } = await given([shard('s', ['8', '9', '10', '11'])]);
    const first = await open();
    const page = await first.nextPage(2);
    page.abandon();
    expect(await read(first, 2)).toEqual(['8', '9']);
    await first.nextPage(1);
    const second = await open();
    expect(await read(second)).toEqual(['10', '11']);
    expect(await read(await open())).toEqual([]);
  });

  test('a shard read to its end stays so after a restart', async () => {
    const { open, read } = await given([shard('p', ['1'], null, true), shard('c', ['2'], 'p')]);
    expect(await read(await open())).toEqual(['1']);
    expect(await read(await open())).toEqual(['2']);
  });

  test('the checkpoint of a table that was made anew is not used', async () => {
    const { state, open, read } = await given([shard('s', ['1', '2'])]);
    await read(await open());
    state.arn = 'arn:two';
    expect(await read(await open())).toEqual(['1', '2']);
  });
});
