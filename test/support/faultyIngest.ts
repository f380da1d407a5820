import * as E from 'fp-ts/lib/Either.js';
import type { ItemImage } from '#adapters/dynamodb/item.ts';
import { liveFromItem } from '#adapters/dynamodb/liveItem.ts';
import { openStream } from '#adapters/local/streamPort.ts';
import type { Random } from '#adapters/sample/random.ts';
import {
  advance,
  type Commit,
  causeOf,
  decide,
  emptyCatalog,
  fold,
  foldMembers,
  type IngestDeps,
  ingest,
  initialStates,
  isMemberEvent,
  type Live,
  lastVersion,
  type MemberEvent,
  type MemberPoke,
  memberStream,
  type Observation,
  ownerOf,
  type ProjectDeps,
  recordKey,
  renderPass,
  retail,
  type SourceRecord,
  type StreamName,
  unheardOf,
  unseen,
  viewAll,
} from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { knownPart } from '#test/support/truth.ts';
import { untilAnswered } from './appendingWriters.ts';
import type { Stores, TestStores } from './dynamodbStores.ts';
import { event, type Fields, row } from './scenario.ts';

export const members = ['003-1', '003-2', '003-3'];
const orders = ['801-1', '801-2', '801-3', '801-4', '801-5'];

/** What is to be ingested, some of it twice; `said` is all of it, once. */
export type Load = { readonly said: readonly Observation[]; readonly queue: Observation[]; busy: number };

export const newLoad = (random: Random): Load => {
  const amount = (second: number): Fields => ({
    ...{ OrderNumber: 'A', EffectiveDate: '2026-03-01', Status: 'Activated', TotalAmount: `${second}.5` },
    ...{ CurrencyIsoCode: 'EUR', IsReductionOrder: 'false', BillToContactId: random.pick(members) },
  });
  const name = (second: number): Fields => ({ MemberNumber__c: 'M-1', LastName: `Roth ${second}`, FirstName: 'Zoë' });
  const said = Array.from({ length: OBSERVATIONS }, (_, index) => {
    const isMember = index < members.length || random.chance(0.2);
    const [object, ids, fields] = isMember
      ? (['Contact', members, name] as const)
      : (['Order', orders, amount] as const);
    const says = random.chance(0.7) ? event : row;
    return says(object, fields(index), { id: ids[index % ids.length]!, at: index })(index);
  });
  const again = said.filter(() => random.chance(0.2));
  return { said, queue: shuffled([...said, ...again], random), busy: 0 };
};

const OBSERVATIONS = 70;

export const shuffled = <T>(items: readonly T[], random: Random): T[] =>
  items
    .map((item) => ({ item, place: random.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

/** What a process had taken when it died: the next takes it up again. */
export type Hand<T> = { held: readonly T[] };

/** Takes, works, and puts back what is left, until nothing is to be had. */
const work = async <T>(
  from: { readonly queue: T[]; readonly isOver?: () => boolean },
  hand: Hand<T>,
  random: Random,
  on: (taken: readonly T[]) => Promise<readonly T[]>,
): Promise<void> => {
  for (;;) {
    if (hand.held.length === 0) hand.held = from.queue.splice(0, random.int(1, 5));
    if (hand.held.length === 0) {
      if (from.isOver === undefined || from.isOver()) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    const left = await on(hand.held);
    from.queue.push(...left);
    hand.held = [];
  }
};

export const ingestWorker = (deps: IngestDeps, load: Load, hand: Hand<Observation>, random: Random): Promise<void> =>
  work(load, hand, random, async (taken) => {
    const { outcomes } = await ingest(deps)(taken)();
    const refused = outcomes.find(({ type }) => type === 'refused');
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
    return taken.filter((_, index) => outcomes[index]?.type !== 'done');
  });

export const recordsOf = async ({ records }: Stores): Promise<ReadonlyMap<string, SourceRecord>> => {
  const refs = [...members.map((id) => ({ object: 'Contact', id })), ...orders.map((id) => ({ object: 'Order', id }))];
  const stored = await got(records.load(refs));
  return new Map(stored.map(({ record }) => [recordKey(record.ref), record]));
};

/** Reads a record and then the streams: what the record says, some stream must have been told. */
export const orderReader = async (
  { records, events }: Stores,
  found: string[],
  isOver: () => boolean,
): Promise<void> => {
  const seen = new Set<string>();
  while (!isOver()) {
    const stored = await untilAnswered(() => records.load(orders.map((id) => ({ object: 'Order', id })))());
    for (const { record } of stored) {
      const { id } = record.ref;
      const amount = record.fields.TotalAmount?.value;
      if (amount === undefined && seen.has(id)) found.push(`${id} was there, and is no more`);
      if (amount === undefined) continue;
      seen.add(id);
      const loaded: Commit[] = [];
      for (const member of members) loaded.push(...(await untilAnswered(() => events.load(memberStream(member))())));
      const isTold = loaded.some(({ events: said }) =>
        said.some(
          (one) => 'purchaseId' in one && one.purchaseId === id && 'current' in one && one.current.amount === amount,
        ),
      );
      if (!isTold) found.push(`${id} is ${amount}, and no stream says so`);
    }
  }
};

export type Pokes = { readonly queue: MemberPoke[]; readonly isOver: () => boolean };

/** The events table's stream as pokes: each twice, out of order, with and without its commit. */
export const pokesFrom = ({ events }: Stores, random: Random, isWritten: () => boolean): Pokes => {
  const queue: MemberPoke[] = [];
  let isOver = false;
  const told = new Map<StreamName, number>();
  const follow = async (): Promise<void> => {
    const isLast = isWritten();
    for (const stream of members.map(memberStream)) {
      const news = await got(events.load(stream, { from: (told.get(stream) ?? 0) + 1 }));
      for (const commit of news) told.set(stream, lastVersion(commit));
      queue.push(...shuffled([...news, ...news], random).map((commit) => pokeOf(commit, random)));
    }
    if (isLast) isOver = true;
    else setTimeout(() => void follow(), 5);
  };
  void follow();
  return { queue, isOver: () => isOver };
};

const pokeOf = (commit: Commit, random: Random): MemberPoke => ({
  memberId: ownerOf(commit.stream).id,
  toVersion: lastVersion(commit),
  images: random.chance(0.6) ? [commit] : [],
  cause: causeOf(commit.stream, lastVersion(commit), commit.lane, commit.origin),
});

export const projector = (deps: ProjectDeps, pokes: Pokes, hand: Hand<MemberPoke>, random: Random): Promise<void> =>
  work(pokes, hand, random, async (taken) => {
    const folds = await foldMembers(deps)(taken)();
    for (const folded of folds)
      if (E.isLeft(folded) && folded.left.type !== 'StoreUnavailable') throw new Error(JSON.stringify(folded.left));
    return taken.filter((_, index) => E.isLeft(folds[index] ?? E.left(null)));
  });

/** LIVE against a fold of the whole log, and the log against what the records as they ended mean. */
export const foldFaults = async (
  { views }: Stores,
  records: ReadonlyMap<string, SourceRecord>,
  log: ReadonlyMap<StreamName, readonly Commit[]>,
  now: number,
): Promise<readonly string[]> => {
  const moment = { at: now, timeZone: 'UTC' };
  const meant = [...records.values()].flatMap((after) => decide(retail, { before: unheardOf(after.ref), after }));
  const faults: string[] = [];
  for (const memberId of members) {
    const stream = memberStream(memberId);
    const live = await got(views.load(memberId));
    const cause = { lane: 'live', causationId: '', correlationId: '' } as const;
    const anew = advance(unseen(memberId), log.get(stream) ?? [], moment, emptyCatalog, cause);
    const told = meant.flatMap((part): readonly MemberEvent[] =>
      part.stream === stream ? part.events.filter(isMemberEvent) : [],
    );
    const should = renderPass(memberId, viewAll(fold(initialStates, told), moment, emptyCatalog));
    if (JSON.stringify([live.asOf, live.states, live.pass]) !== JSON.stringify([anew.asOf, anew.states, anew.pass]))
      faults.push(`LIVE of ${memberId} as of ${live.asOf} is not the fold of its ${anew.asOf} events`);
    if (JSON.stringify(knownPart(anew.pass)) !== JSON.stringify(should))
      faults.push(`${stream} gives ${JSON.stringify(anew.pass)}, its records mean ${JSON.stringify(should)}`);
  }
  return faults;
};

/** Every LIVE item ever written, as the table's stream tells: one after the other, and a revision for each change. */
export const liveWrites = async ({ database }: TestStores) => {
  const stream = await openStream(database, database.tableName('views'));
  const last = new Map<string, Live>();
  const faults: string[] = [];
  for (const { shardId } of await stream.shards()) {
    const first = await stream.iterator(shardId, { type: 'trimHorizon' });
    for (let iterator = first.type === 'iterator' ? first.iterator : null; iterator !== null; ) {
      const page = await stream.records(iterator, 1_000);
      if (page.type !== 'records' || page.records.length === 0) break;
      for (const { dynamodb } of page.records) {
        const live = liveFromItem((dynamodb.NewImage ?? {}) as ItemImage);
        if (E.isLeft(live)) throw new Error(live.left.reason);
        faults.push(...stepFaults(last.get(live.right.memberId) ?? unseen(live.right.memberId), live.right));
        last.set(live.right.memberId, live.right);
      }
      iterator = page.next;
    }
  }
  return { faults, last };
};

const stepFaults = (before: Live, after: Live): readonly string[] => {
  const steps = after.change === null ? 0 : 1;
  const at = `LIVE of ${after.memberId}, write ${after.ver}`;
  return [
    ...(after.ver === before.ver + 1 ? [] : [`${at}: follows ${before.ver}`]),
    ...(after.asOf >= before.asOf ? [] : [`${at}: falls from ${before.asOf} to ${after.asOf}`]),
    ...(after.revision === before.revision + steps
      ? []
      : [`${at}: revision ${after.revision} after ${before.revision}`]),
  ];
};
