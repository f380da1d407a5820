import { describe, expect, test } from 'vitest';
import {
  type Commit,
  type EventStore,
  emptyHead,
  forgottenPersonalFacts,
  type Head,
  type KeyStore,
  lastVersion,
  memberKeyId,
  memberStream,
} from '#domain/index.ts';
import {
  appendOf,
  at,
  bought,
  enrolled,
  got,
  memberFacts,
  memberId,
  origin,
  refused,
  renamed,
  stream,
} from './given.ts';

export type EventStoreSubject = { readonly events: EventStore; readonly keys: KeyStore };

/** What every event store promises. `open` gives an empty one. */
export const eventStoreContract = (name: string, open: () => Promise<EventStoreSubject>): void => {
  describe(`${name} as an event store`, () => {
    test('an absent stream is empty, and its head is version 0', async () => {
      const { events } = await open();
      expect(await got(events.load(stream))).toEqual([]);
      expect(await got(events.loadBackward(stream, 5))).toEqual([]);
      expect(await got(events.head(stream))).toEqual(emptyHead(stream));
    });

    test('what is appended to an absent stream is read as it was', async () => {
      const { events } = await open();
      const head = await got(events.append({ ...appendOf([enrolled('Zoë'), bought('801')]), lane: 'bulk' }));
      expect(head).toEqual({ stream, version: 2, recordedAt: at });
      expect(await got(events.load(stream))).toEqual([
        { stream, version: 1, events: [enrolled('Zoë'), bought('801')], recordedAt: at, origin, lane: 'bulk' },
      ]);
      expect(await got(events.head(stream, 'strong'))).toEqual(head);
    });

    test('nothing to append is nothing written', async () => {
      const { events } = await open();
      expect(await got(events.append(appendOf([])))).toEqual(emptyHead(stream));
      expect(await got(events.load(stream))).toEqual([]);
    });

    test('an append after a head that is behind loses the race, and is told where the stream ends', async () => {
      const { events } = await open();
      await got(events.append(appendOf([bought('801'), bought('802')])));
      const failure = await refused(events.append(appendOf([bought('803')])));
      expect(failure).toEqual({ type: 'AppendConflict', stream, expected: 0, actual: 2 });
    });

    test('an append after a stream that is presumed empty is written where it is, and loses the race where it is not', async () => {
      const { events } = await open();
      const first = await got(events.append(appendOf([bought('801'), bought('802')], events.presumeEmpty(stream))));
      await got(events.append(appendOf([bought('803')], first)));
      const failure = await refused(events.append(appendOf([bought('804')], events.presumeEmpty(stream))));
      expect(failure).toMatchObject({ type: 'AppendConflict', stream, expected: 0 });
      expect((await got(events.load(stream))).map(lastVersion)).toEqual([2, 3]);
    });

    test('of many writers at one head exactly one wins', async () => {
      const { events } = await open();
      const head = await got(events.append(appendOf([enrolled('Zoë')])));
      const races = await Promise.all(
        Array.from({ length: 20 }, (_, writer) => events.append(appendOf([bought(`80${writer}`)], head))()),
      );
      expect(races.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1);
      expect(await got(events.load(stream))).toHaveLength(2);
    });

    test('a failed append leaves no trace', async () => {
      const { events } = await open();
      await got(events.append(appendOf([bought('801')])));
      const before = await got(events.load(stream));
      await refused(events.append(appendOf([bought('802'), bought('803'), bought('804')])));
      expect(await got(events.load(stream))).toEqual(before);
    });

    test('a range gives every commit that holds one of its versions, from the middle of a commit too', async () => {
      const { events } = await open();
      await append(events, [['801', '802', '803'], ['804'], ['805', '806']]);
      const versions = async (range?: { from?: number; to?: number }) =>
        (await got(events.load(stream, range))).map(({ version }) => version);
      expect(await versions()).toEqual([1, 4, 5]);
      expect(await versions({ from: 1 })).toEqual([1, 4, 5]);
      expect(await versions({ from: 2 })).toEqual([1, 4, 5]);
      expect(await versions({ from: 4 })).toEqual([4, 5]);
      expect(await versions({ from: 6 })).toEqual([5]);
      expect(await versions({ from: 7 })).toEqual([]);
      expect(await versions({ from: 9 })).toEqual([]);
      expect(await versions({ to: 3 })).toEqual([1]);
      expect(await versions({ to: 5 })).toEqual([1, 4, 5]);
      expect(await versions({ from: 2, to: 3 })).toEqual([1]);
      expect(await versions({ from: 3, to: 4 })).toEqual([1, 4]);
      expect(await versions({ from: 4, to: 3 })).toEqual([]);
    });

    test('backward gives the last commits, newest first', async () => {
      const { events } = await open();
      await append(events, [['801', '802'], ['803'], ['804']]);
      const versions = async (limit: number) =>
        (await got(events.loadBackward(stream, limit))).map(({ version }) => version);
      expect(await versions(2)).toEqual([4, 3]);
      expect(await versions(9)).toEqual([4, 3, 1]);
    });

    test('a long text survives, whatever it is stored as', async () => {
      const { events } = await open();
      const long = Array.from({ length: 60 }, (_, index) => bought(`80${index}`, '長い番号'));
      await got(events.append(appendOf(long)));
      expect(flatten(await got(events.load(stream)))).toEqual(long);
    });

    test('an append too large for one item is still all or none, and reads back in order', async () => {
      const { events } = await open();
      const first = await got(events.append(appendOf([enrolled('Zoë')])));
      const large = Array.from({ length: 40 }, (_, index) => bought(`80${index}`, noise(30_000)));
      const head = await got(events.append(appendOf([...large, renamed('Zoë', 'Łucja')], first)));
      expect(head.version).toBe(42);
      const commits = await got(events.load(stream));
      expect(flatten(commits)).toEqual([enrolled('Zoë'), ...large, renamed('Zoë', 'Łucja')]);
      expect(await got(events.head(stream))).toEqual(head);
      expect((await refused(events.append(appendOf([bought('999')], first)))).type).toBe('AppendConflict');
    });

    test('a scan goes on after any commit, and leaves out what is not wanted', async () => {
      const { events } = await open();
      for (let member = 0; member < 12; member++) {
        const first = await got(events.append(appendOf([enrolled('Zoë')], emptyHead(`member-${member}`))));
        await got(events.append(appendOf([renamed('Zoë', 'Ada')], first)));
      }
      const all = await scannedFrom(events, null);
      expect(all).toHaveLength(24);
      for (const [index, commit] of all.entries())
        expect(await scannedFrom(events, events.cursorAfter(commit))).toEqual(all.slice(index + 1));
      const only = (stream: string): boolean => stream === 'member-7';
      expect(await scannedFrom(events, null, only)).toEqual(all.filter(({ stream }) => only(stream)));
    });

    test('the segments of a scan sum to everything, page by page', async () => {
      const { events } = await open();
      const streams = Array.from({ length: 30 }, (_, index) => memberStream(`003-${index}`));
      for (const each of streams) await got(events.append(appendOf([bought('801'), bought('802')], emptyHead(each))));
      const seen: string[] = [];
      for (let segment = 0; segment < 3; segment++) {
        let cursor: string | null = null;
        do {
          const page: { commits: readonly Commit[]; cursor: string | null } = await got(
            events.scan({ segment, segments: 3, cursor }),
          );
          for (const commit of page.commits) seen.push(`${commit.stream}@${commit.version}-${lastVersion(commit)}`);
          cursor = page.cursor;
        } while (cursor !== null);
      }
      expect(seen).toHaveLength(streams.length);
      expect(new Set(seen)).toEqual(new Set(streams.map((each) => `${each}@1-2`)));
    });

    test('a destroyed key takes the personal facts and leaves the rest', async () => {
      const { events, keys } = await open();
      const head = await got(events.append(appendOf([enrolled('Zoë'), bought('801')])));
      await got(keys.destroy(memberKeyId(memberId)));
      const forgotten = { ...memberFacts(null), personal: forgottenPersonalFacts };
      expect(flatten(await got(events.load(stream)))).toEqual([
        { type: 'MemberEnrolled', current: forgotten },
        bought('801'),
      ]);
      await got(events.append(appendOf([renamed('Zoë', 'Łucja')], head)));
      expect(flatten(await got(events.loadBackward(stream, 1)))).toEqual([
        { type: 'MemberDetailsChanged', previous: forgotten, current: forgotten },
      ]);
    });
  });
};

const append = async (events: EventStore, commits: readonly (readonly string[])[]): Promise<Head> => {
  let head = emptyHead(stream);
  for (const purchases of commits)
    head = await got(
      events.append(
        appendOf(
          purchases.map((id) => bought(id)),
          head,
        ),
      ),
    );
  return head;
};

const flatten = (commits: readonly Commit[]) => commits.flatMap(({ events }) => events);

/** Text that does not compress. */
const noise = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');

/** One segment from a cursor to its end. */
const scannedFrom = async (
  events: EventStore,
  from: string | null,
  only: (stream: string) => boolean = () => true,
): Promise<readonly Commit[]> => {
  const commits: Commit[] = [];
  for (let cursor = from; ; ) {
    const page: { commits: readonly Commit[]; cursor: string | null } = await got(
      events.scan({ segment: 0, segments: 1, cursor, only }),
    );
    commits.push(...page.commits);
    if (page.cursor === null) return commits;
    cursor = page.cursor;
  }
};
