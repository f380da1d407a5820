import type { ReadRecords, RecordsResult, ShardPosition, StreamPort, StreamRecord } from './streamPort.ts';

/** Streams by their tables, shared by all who open them. */
export const sharedStreams = <Table>(
  open: (table: Table) => Promise<StreamPort>,
): ((table: Table) => Promise<StreamPort>) => {
  const shared = new Map<string, StreamPort>();
  return async (table) => {
    const stream = await open(table);
    const known = shared.get(stream.arn) ?? sharedStream(stream);
    shared.set(stream.arn, known);
    return known;
  };
};

/**
 * A stream that several read, each at its own pace: who comes to a place where somebody else is asking is given the same answer, and who comes there
 * later what was found, as far as it is in memory. Its iterators are places, and do not expire.
 */
export const sharedStream = (stream: StreamPort): StreamPort => {
  /** Of places behind which nothing was found yet. */
  const iterators = new Map<string, string>();
  const asking = new Map<string, Promise<RecordsResult>>();
  const found = recentPages();

  const read = async (place: string, limit: number): Promise<RecordsResult> => {
    const [shardId, position] = positionIn(place);
    const known = iterators.get(place);
    iterators.delete(place);
    const opened = known === undefined ? await stream.iterator(shardId, position) : null;
    if (opened?.type === 'trimmed') return opened;
    const result = await stream.records(opened?.iterator ?? known ?? '', limit);
    if (result.type !== 'records') return result;
    const last = result.records.at(-1);
    const behind = last === undefined ? place : placeBehind(shardId, last);
    if (result.next !== null) iterators.set(behind, result.next);
    const page = { ...result, next: result.next === null ? null : behind };
    if (last !== undefined) found.add(place, page);
    return page;
  };

  const ask = (place: string, limit: number): Promise<RecordsResult> => {
    const question = `${limit} ${place}`;
    const asked = asking.get(question) ?? read(place, limit).finally(() => asking.delete(question));
    asking.set(question, asked);
    return asked;
  };

  return {
    arn: stream.arn,
    shards: stream.shards,
    iterator: async (shardId, position) => ({ type: 'iterator', iterator: placeOf(shardId, position) }),
    records: async (place, limit) => found.from(place, limit) ?? ask(place, limit),
  };
};

const placeOf = (shardId: string, position: ShardPosition): string =>
  JSON.stringify([shardId, position.type === 'after' ? position.sequenceNumber : null]);

const placeBehind = (shardId: string, { dynamodb }: StreamRecord): string =>
  placeOf(shardId, { type: 'after', sequenceNumber: dynamodb.SequenceNumber });

const positionIn = (place: string): readonly [shardId: string, ShardPosition] => {
  const [shardId, sequenceNumber] = JSON.parse(place) as [string, string | null];
  return [shardId, sequenceNumber === null ? { type: 'trimHorizon' } : { type: 'after', sequenceNumber }];
};

type RecentPages = {
  readonly add: (place: string, page: ReadRecords) => void;
  /** All that is known to follow the place, as one page. null: nothing is. */
  readonly from: (place: string, limit: number) => ReadRecords | null;
};

const recentPages = (): RecentPages => {
  const pages = new Map<string, ReadRecords>();
  let records = 0;
  let bytes = 0;

  const count = (page: ReadRecords, sign: 1 | -1): void => {
    records += sign * page.records.length;
    bytes += sign * page.records.reduce((sum, { dynamodb }) => sum + dynamodb.SizeBytes, 0);
  };
  const drop = (place: string): void => {
    const page = pages.get(place);
    if (page !== undefined) count(page, -1);
    pages.delete(place);
  };

  return {
    add: (place, page) => {
      drop(place);
      pages.set(place, page);
      count(page, 1);
      for (const oldest of pages.keys()) {
        if (records <= MAX_RECORDS && bytes <= MAX_BYTES) break;
        drop(oldest);
      }
    },
    from: (place, limit) => {
      let page: ReadRecords | null = null;
      for (let next = pages.get(place); next !== undefined; next = pages.get(page.next ?? '')) {
        if ((page?.records.length ?? 0) + next.records.length > limit) break;
        page = page === null ? next : { ...next, records: [...page.records, ...next.records] };
      }
      return page;
    },
  };
};

const MAX_RECORDS = 1_000;
const MAX_BYTES = 4_000_000;
