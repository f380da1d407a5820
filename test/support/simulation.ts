import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryCatalogStore } from '#adapters/memory/catalogStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { memoryForgottenStore } from '#adapters/memory/forgottenStore.ts';
import { memoryJobStore } from '#adapters/memory/jobStore.ts';
import { memoryJobTurnStore } from '#adapters/memory/jobTurnStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryParkStore } from '#adapters/memory/parkStore.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { memoryShadowStore } from '#adapters/memory/shadowStore.ts';
import { memoryStaleStore } from '#adapters/memory/staleStore.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import { type Random, seededRandom } from '#adapters/sample/random.ts';
import {
  beginJob,
  type CatalogStore,
  type Commit,
  causeOf,
  commitOf,
  type Drift,
  type EventStore,
  emptyProjectCache,
  endJob,
  type ForgetDeps,
  type ForgottenMember,
  type ForgottenStore,
  failJob,
  firstRelease,
  foldDefinitions,
  foldMembers,
  forgetMember,
  forgetPersonalFacts,
  ingest,
  type Job,
  type JobDeps,
  type JobRequest,
  type JobStore,
  type JobTurnStore,
  type KeyStore,
  type Live,
  lastVersion,
  lineupOf,
  type Mapping,
  memberKeyId,
  type Observation,
  ownerOf,
  type ParkStore,
  type Pass,
  type ProjectDeps,
  partsOf,
  personalFields,
  projections,
  type RecordStore,
  type Registry,
  type ReleaseStore,
  refOf,
  registry,
  releaseWith,
  retail,
  retailTiers,
  runJob,
  type Shadow,
  type ShadowStore,
  type StaleEntry,
  type StaleStore,
  type StoreUnavailable,
  sweep,
  type TurnDeps,
  tick,
  tierBy,
  totalOf,
  type ViewStore,
  walkInTurn,
  walkPromotion,
} from '#domain/index.ts';

/** What the whole system came to: the passes, and every LIVE write that was published. */
export type Outcome = {
  readonly passes: ReadonlyMap<string, Pass | null>;
  readonly published: readonly Live[];
  readonly stale: readonly StaleEntry[];
  readonly turns: number;
  /** What is wrong with versions: drift that a verification found, states of a version that is not live, members that a promotion missed. */
  readonly versionFaults: readonly string[];
  /** What was forgotten, and when: how many LIVE writes had been published by then. */
  readonly forgotten: readonly (ForgottenMember & { readonly publishedBefore: number })[];
  /** To look at it all in the end, with no keys in hand. */
  readonly stores: {
    readonly records: Pick<RecordStore, 'load'>;
    readonly events: EventStore;
    readonly views: ViewStore;
    readonly shadows: readonly Shadow[];
  };
};

/** What one message or file says of records, and of whole objects. */
export type Delivery = {
  readonly observations: readonly Observation[];
  readonly gaps: readonly { readonly object: string; readonly since: number }[];
};

export type SimulationOptions = {
  readonly seed: number;
  readonly deliveries: readonly Delivery[];
  /** Read again when all is over: gaps that were told after their record was read are closed by then. */
  readonly readAgain: readonly Observation[];
  /** Wall clock: runs from the first to the second while the deliveries are handled. Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Of a hundred: requests or answers lost, workers killed in the middle. */
  readonly faultPercent: number;
  /** Somebody replays, verifies, compares and promotes meanwhile. */
  readonly isOperated: boolean;
  /** Default: retail. */
  readonly mapping?: Mapping;
  /** Members who are forgotten meanwhile, by somebody who may be killed at any step, and begins again. */
  readonly forgets?: readonly string[];
};

/**
 * The real workflows over stores in memory, one turn at a time. At every request and every answer a seeded scheduler chooses who goes on;
 * requests and answers get lost, workers are killed and start afresh, pokes come late, twice and out of order, with and without images.
 * The same options give the same run.
 */
export const simulate = async (options: SimulationOptions): Promise<Outcome> => {
  const random = seededRandom(options.seed);
  const stage = newStage(random, options);
  const always = [ingestWorker, ingestWorker, projector, projector, timekeeper];
  // At home one process runs a job; on AWS a machine plans it, and workers walk its parts.
  const isByMachine = options.isOperated && random.chance(0.5);
  const operators = isByMachine ? [machine, walker, walker] : [operator];
  const forgetters = stage.toForget.map(forgetterOf);
  const actors = [...always, ...(options.isOperated ? operators : []), ...forgetters].map((actor) =>
    troupe(stage, actor),
  );
  await stage.playUntil(
    () =>
      stage.isQuiet() &&
      stage.toForget.length === stage.forgotten.length &&
      (!isByMachine || stage.operations.done >= JOBS_BY_MACHINE),
  );
  for (const actor of actors) actor.dismiss();
  await stage.readAgain(options.readAgain);
  await settle(stage, options.to);
  return stage.outcome();
};

type Stage = ReturnType<typeof newStage>;

const newStage = (random: Random, options: SimulationOptions) => {
  const { deliveries, from, to, faultPercent, mapping = retail, forgets = [] } = options;
  const memory = emptyMemory();
  const keys = memoryKeys();
  let now = from;
  const clock = (): number => now;
  const storesOver = (held: Pick<KeyStore, 'obtain'>) => ({
    events: memoryEventStore(memory, held),
    records: memoryRecordStore(memory, { keys: held, personal: personalFields(mapping), clock }),
  });
  const { events, records } = storesOver(keys);
  const views = memoryViewStore();
  const catalog = memoryCatalogStore();
  const shadows = memoryShadowStore();
  const releases = memoryReleaseStore();
  const parked = memoryParkStore();
  const jobs = memoryJobStore();
  const jobTurns = memoryJobTurnStore();
  const stale = memoryStaleStore(memory);

  const queue: Delivery[] = [...deliveries];
  const pokes: Commit[] = [];
  const published: Live[] = [];
  const found: string[] = [];
  const waiting: { readonly life: Life; readonly go: () => void }[] = [];
  const forgotten: Outcome['forgotten'][number][] = [];
  const asked = memoryForgottenStore();
  let busy = 0;
  let turns = 0;

  /** As a process holds keys: for some turns it does not hear that one was destroyed. */
  const heldBy = new Map<Life, Pick<KeyStore, 'obtain'>>();
  const keysOf = (life: Life): Pick<KeyStore, 'obtain'> => {
    const held = heldBy.get(life) ?? holding(keys, () => turns);
    heldBy.set(life, held);
    return held;
  };

  const isUnlucky = (): boolean => turns < CALM_AFTER && random.int(1, 100) <= faultPercent;

  /** One request: before it and after its effect somebody else may go first, and it, or its answer, may get lost. */
  const across =
    (life: Life) =>
    <F, A>(request: TaskEither<F, A>): TaskEither<F | StoreUnavailable, A> =>
    async () => {
      await turn(life);
      if (isUnlucky()) return E.left({ type: 'StoreUnavailable', operation: 'simulation', reason: 'request lost' });
      const answer = await request();
      await turn(life);
      if (isUnlucky()) return E.left({ type: 'StoreUnavailable', operation: 'simulation', reason: 'answer lost' });
      return answer;
    };

  const turn = (life: Life): Promise<void> => new Promise((go) => waiting.push({ life, go }));

  /** Whoever is chosen goes on until it waits again. The dead never go on. */
  const playUntil = async (isOver: () => boolean): Promise<void> => {
    for (;;) {
      await new Promise((idle) => setImmediate(idle));
      const alive = waiting.filter(({ life }) => !life.isOver);
      waiting.length = 0;
      waiting.push(...alive);
      if (isOver()) return;
      turns += 1;
      if (turns > GIVE_UP_AFTER) throw new Error('the simulation does not come to rest');
      now = Math.min(to, now + random.int(0, Math.ceil((to - from) / 50) + 1));
      const [chosen] = waiting.splice(random.int(0, waiting.length - 1), 1);
      if (chosen === undefined) throw new Error('nobody has anything to do, and it is not over');
      if (isUnlucky() && random.chance(0.3)) chosen.life.end();
      else chosen.go();
    }
  };

  return {
    random,
    clock,
    mapping,
    toForget: forgets,
    forgotten,
    noteForgotten: (member: ForgottenMember): void => {
      forgotten.push({ ...member, publishedBefore: published.length });
    },
    turnsSoFar: () => turns,
    /** A commit as its item reads to this process. */
    imageOf: async (life: Life, commit: Commit): Promise<Commit> => {
      const keyId = memberKeyId(ownerOf(commit.stream).id);
      const read = await keysOf(life).obtain([keyId])();
      const isDestroyed = E.isRight(read) && read.right.get(keyId) === null;
      return isDestroyed ? { ...commit, events: commit.events.map(forgetPersonalFacts) } : commit;
    },
    destroyKey:
      (life: Life): KeyStore['destroy'] =>
      (keyId) =>
        across(life)(keys.destroy(keyId)),
    askedToForget: (life: Life): Pick<ForgottenStore, 'ask' | 'among'> => ({
      ask: (memberId, at) => across(life)(asked.ask(memberId, at)),
      among: (ids) => across(life)(asked.among(ids)),
    }),
    registry: withCandidate,
    operations: newOperations(),
    queue,
    pokes,
    turn,
    playUntil,
    setClock: (at: number): void => {
      now = at;
    },
    begin: (): void => {
      busy += 1;
    },
    end: (): void => {
      busy -= 1;
    },
    isQuiet: (): boolean => queue.length === 0 && pokes.length === 0 && busy === 0,
    stores: (
      life: Life,
    ): {
      records: Pick<RecordStore, 'load' | 'commit'>;
      events: EventStore;
      views: ViewStore;
      catalog: CatalogStore;
      jobs: JobStore;
      turns: JobTurnStore;
      shadows: ShadowStore;
      releases: ReleaseStore;
      parked: ParkStore;
      stale: Pick<StaleStore, 'openObject'>;
    } => {
      const lossy = across(life);
      const { events, records } = storesOver(keysOf(life));
      return {
        events: {
          ...events,
          head: (stream, consistency) => lossy(events.head(stream, consistency)),
          load: (stream, range) => lossy(events.load(stream, range)),
          scan: (page) => lossy(events.scan(page)),
        },
        records: {
          load: (refs) => lossy(records.load(refs)),
          commit: (transaction) =>
            lossy(async () => {
              const committed = await records.commit(transaction)();
              // The stream: each commit once, and now and then once more.
              if (E.isRight(committed))
                for (const append of transaction.appends)
                  for (let times = random.chance(0.1) ? 2 : 1; times > 0; times--) pokes.push(commitOf(append));
              return committed;
            }),
        },
        views: {
          load: (memberId) => lossy(views.load(memberId)),
          loadMany: (memberIds) => lossy(views.loadMany(memberIds)),
          loadFolded: (memberIds) => lossy(views.loadFolded(memberIds)),
          due: (until, limit) => lossy(views.due(until, limit)),
          scan: (cursor, limit) => lossy(views.scan(cursor, Math.min(limit, 1))),
          replace: (live) =>
            lossy(async () => {
              const before = await views.load(live.memberId)();
              const replaced = await views.replace(live)();
              if (E.isRight(before) && E.isRight(replaced)) found.push(...whatWentDown(before.right, live));
              if (E.isRight(replaced) && live.change !== null) published.push(live);
              return replaced;
            }),
        },
        shadows: {
          load: (ref, memberIds) => lossy(shadows.load(ref, memberIds)),
          replace: (shadow) => lossy(shadows.replace(shadow)),
        },
        releases: {
          load: () => lossy(releases.load()),
          replace: (release) => lossy(releases.replace(release)),
          floor: () => lossy(releases.floor()),
          raiseFloor: (to) => lossy(releases.raiseFloor(to)),
          walkTo: (epoch, cursor) => lossy(releases.walkTo(epoch, cursor)),
        },
        jobs: {
          save: (job) => lossy(jobs.save(job)),
          load: (id) => lossy(jobs.load(id)),
          note: (id, failure) => lossy(jobs.note(id, failure)),
          list: (limit) => lossy(jobs.list(limit)),
          saveSegment: (jobId, segment) => lossy(jobs.saveSegment(jobId, segment)),
          segments: (jobId) => lossy(jobs.segments(jobId)),
        },
        turns: {
          load: () => lossy(jobTurns.load()),
          replace: (before, next) => lossy(jobTurns.replace(before, next)),
        },
        parked: {
          put: (failed) => lossy(parked.put(failed)),
          list: (cursor, limit) => lossy(parked.list(cursor, limit)),
          drop: (failed) => lossy(parked.drop(failed)),
        },
        stale: { openObject: (object, since) => lossy(stale.openObject(object, since)) },
        catalog: {
          pointer: () => lossy(catalog.pointer()),
          load: () => lossy(catalog.load()),
          replace: (next) => lossy(catalog.replace(next)),
          sweepTo: (version, cursor) => lossy(catalog.sweepTo(version, cursor)),
        },
      };
    },
    readAgain: (observations: readonly Observation[]) => ingest({ records, events, clock, mapping })(observations)(),
    outcome: async (): Promise<Outcome> => {
      const passes = new Map<string, Pass | null>();
      const scanned = await views.scan(null, 1_000)();
      if (E.isRight(scanned)) for (const { memberId, pass } of scanned.right.lives) passes.set(memberId, pass);
      const release = await releases.load()();
      const { epoch, walk } = E.isRight(release) ? release.right : firstRelease;
      const lineup = E.isRight(release) ? lineupOf(withCandidate, release.right) : {};
      const refs = Object.values(lineup).map(refOf).toSorted(byCodeUnit).join();
      const lives = E.isRight(scanned) ? scanned.right.lives : [];
      const versionFaults = [
        ...found,
        ...(walk === null ? [] : [`the walk of epoch ${epoch} did not end`]),
        ...lives.filter((live) => live.epoch !== epoch).map(({ memberId }) => `${memberId}: not of epoch ${epoch}`),
        ...lives
          .filter((live) => Object.keys(live.states).toSorted(byCodeUnit).join() !== refs)
          .map(({ memberId, states }) => `${memberId}: states of ${Object.keys(states).join()}`),
        ...lives.filter((live) => live.parked.length > 0).map(({ memberId }) => `${memberId}: parked`),
      ];
      const shadowed = await Promise.all(
        withCandidate.candidates.map((each) => shadows.load(refOf(each), [...passes.keys()])()),
      );
      const stores = {
        ...{ records, events, views },
        shadows: shadowed.flatMap((loaded) => (E.isRight(loaded) ? loaded.right : [])).filter((each) => each !== null),
      };
      return { passes, published, stale: [...memory.stale.values()], turns, versionFaults, forgotten, stores };
    },
    found,
  };
};

/** Faults stop here, so that every run comes to rest; one that does not by GIVE_UP_AFTER never would. */
const CALM_AFTER = 4_000;
const GIVE_UP_AFTER = 60_000;

/** One process: until it is over. Dying, it gives back what it had in hand. */
type Life = { isOver: boolean; end: () => void; onEnd: () => void };

type Actor = (stage: Stage, life: Life) => Promise<void>;

/** Runs an actor; when it dies, another takes its place. */
const troupe = (stage: Stage, actor: Actor): { readonly dismiss: () => void } => {
  let current: Life | null = null;
  let isDismissed = false;
  const enter = (): void => {
    const life: Life = {
      isOver: false,
      onEnd: () => undefined,
      end: () => {
        if (life.isOver) return;
        life.isOver = true;
        life.onEnd();
        if (!isDismissed) enter();
      },
    };
    current = life;
    void actor(stage, life);
  };
  enter();
  return {
    dismiss: () => {
      isDismissed = true;
      current?.end();
    },
  };
};

/** Takes something off a queue, works on it, and puts back what is left; killed in the middle, all of it. */
const work = async <T>(stage: Stage, life: Life, taken: readonly T[], from: T[], on: () => Promise<readonly T[]>) => {
  stage.begin();
  let inHand = true;
  life.onEnd = () => {
    if (!inHand) return;
    inHand = false;
    from.push(...taken);
    stage.end();
  };
  const left = await on();
  if (!inHand) return;
  inHand = false;
  from.push(...left);
  stage.end();
};

const takeSome = <T>(random: Random, queue: T[], most: number): readonly T[] =>
  Array.from({ length: Math.min(queue.length, random.int(1, most)) }, () =>
    queue.splice(random.int(0, queue.length - 1), 1),
  ).flat();

const ingestWorker: Actor = async (stage, life) => {
  const { records, events, stale } = stage.stores(life);
  const deps = { records, events, clock: stage.clock, mapping: stage.mapping };
  while (!life.isOver) {
    await stage.turn(life);
    const taken = takeSome(stage.random, stage.queue, 3);
    if (taken.length === 0) continue;
    await work(stage, life, taken, stage.queue, async () => {
      for (const { object, since } of taken.flatMap(({ gaps }) => gaps))
        if (E.isLeft(await stale.openObject(object, since)())) return taken;
      const { outcomes } = await ingest(deps)(taken.flatMap(({ observations }) => observations))();
      return outcomes.some(({ type }) => type !== 'done') ? taken : [];
    });
  }
};

const projectDeps = (stage: Stage, life: Life): ProjectDeps => ({
  ...stage.stores(life),
  registry: stage.registry,
  cache: emptyProjectCache(),
  clock: stage.clock,
  timeZone: 'UTC',
});

const projector: Actor = async (stage, life) => {
  const deps = projectDeps(stage, life);
  while (!life.isOver) {
    await stage.turn(life);
    const taken = takeSome(stage.random, stage.pokes, 4);
    if (taken.length === 0) continue;
    await work(stage, life, taken, stage.pokes, async () => {
      const [definitions, members] = [true, false].map((wanted) =>
        taken.filter(({ stream }) => (ownerOf(stream).type === 'definition') === wanted),
      );
      const failed: Commit[] = [];
      const pokes = (definitions ?? []).map((commit) => ({
        id: ownerOf(commit.stream).id,
        stream: commit.stream,
        version: lastVersion(commit),
      }));
      if (pokes.length > 0 && E.isLeft(await foldDefinitions(deps)(pokes)())) failed.push(...(definitions ?? []));
      const memberPokes = (members ?? []).map(async (commit) => ({
        memberId: ownerOf(commit.stream).id,
        toVersion: lastVersion(commit),
        images: stage.random.chance(0.5) ? [await stage.imageOf(life, commit)] : [],
        cause: causeOf(commit.stream, lastVersion(commit), commit.lane, commit.origin),
      }));
      const folds = await foldMembers(deps)(await Promise.all(memberPokes))();
      return [...failed, ...(members ?? []).filter((_, index) => E.isLeft(folds[index] ?? E.left(null)))];
    });
  }
};

const timekeeper: Actor = async (stage, life) => {
  const deps = projectDeps(stage, life);
  while (!life.isOver) {
    await stage.turn(life);
    await sweep(deps)();
    await tick(deps)();
  }
};

/** Turns that a process goes on with a key which it read. */
const KEPT_TURNS = 300;

const holding = (keys: Pick<KeyStore, 'obtain'>, turnsSoFar: () => number): Pick<KeyStore, 'obtain'> => {
  const held = new Map<string, { readonly key: Uint8Array | null; readonly until: number }>();
  return {
    obtain: (keyIds) => async () => {
      const unknown = keyIds.filter((id) => (held.get(id)?.until ?? 0) <= turnsSoFar());
      const read = await keys.obtain(unknown)();
      if (E.isLeft(read)) return read;
      for (const [id, key] of read.right) held.set(id, { key, until: turnsSoFar() + KEPT_TURNS });
      return E.right(new Map(keyIds.map((id) => [id, held.get(id)?.key ?? null])));
    },
  };
};

const forgetterOf =
  (memberId: string): Actor =>
  async (stage, life) => {
    // Nobody stands still while it waits; a member of whom nothing was said yet is tried again.
    const untilKeysAreLetGo = () => async () => {
      for (const from = stage.turnsSoFar(); stage.turnsSoFar() <= from + KEPT_TURNS; ) await stage.turn(life);
      return E.right(undefined);
    };
    const deps: ForgetDeps = {
      ...stage.stores(life),
      ...{ untilKeysAreLetGo, project: projectDeps(stage, life), clock: stage.clock, mapping: stage.mapping },
      keys: { destroy: stage.destroyKey(life) },
      forgotten: stage.askedToForget(life),
    };
    for (let begins = stage.random.int(0, 60); begins > 0; begins--) await stage.turn(life);
    while (!life.isOver) {
      await stage.turn(life);
      if (stage.forgotten.some((member) => member.memberId === memberId)) continue;
      const done = await forgetMember(deps)(memberId)();
      if (E.isRight(done)) stage.noteForgotten(done.right);
    }
  };

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : 1);

/** Another way to the tiers: what is promoted, and taken back. */
const { tier } = projections;
const withCandidate: Registry = {
  main: registry.main,
  candidates: [
    {
      ...tierBy({
        ...retailTiers,
        tiers: retailTiers.tiers.map((rule) => ({ ...rule, threshold: Number(rule.threshold) / 2 })) as never,
      }),
      version: tier.version + 1,
    },
  ],
};

/** What was asked for, by whom it is finished: jobs outlive the workers that run them. */
type Operations = { job: Job | null; execution: Execution | null; started: number; done: number };
const newOperations = (): Operations => ({ job: null, execution: null, started: 0, done: 0 });
const MAX_JOBS = 6;
/** Executions that come to their end before all is over. */
const JOBS_BY_MACHINE = 2;

const operator: Actor = async (stage, life) => {
  const deps = jobDeps(stage, life);
  const { operations } = stage;
  while (!life.isOver) {
    await stage.turn(life);
    if (operations.job === null && operations.done === MAX_JOBS) continue;
    operations.job ??= jobOf(stage.random, operations.done);
    const { job } = operations;
    const ran = await runJob(deps)(job)();
    if (E.isLeft(ran) && ran.left.type !== 'Refused') continue;
    operations.job = null;
    operations.done += 1;
    if (job.request.type === 'verify') await noteDrift(stage, life, job.id);
  }
};

/** What a state machine remembers, whoever dies. toWalk: parts that wait for a worker. */
type Execution = {
  readonly name: string;
  readonly request: JobRequest;
  job: Job | null;
  readonly toWalk: number[];
  readonly walked: Set<number>;
  isRefused: boolean;
};

const executionOf = ({ operations }: Stage, request: JobRequest): Execution => {
  operations.started += 1;
  return {
    ...{ name: `execution ${operations.started}`, request, job: null },
    ...{ toWalk: [], walked: new Set(), isRefused: false },
  };
};

const machine: Actor = async (stage, life) => {
  const { operations, random } = stage;
  while (!life.isOver) {
    await stage.turn(life);
    if (operations.execution === null && operations.done === MAX_JOBS) continue;
    const { execution } = operations;
    // Somebody stops it, and asks for the same at once: what it had begun goes on by itself for a while.
    if (execution !== null && random.chance(0.03)) operations.execution = executionOf(stage, execution.request);
    operations.execution ??= executionOf(stage, unhurried(jobOf(random, operations.started).request));
    if (!(await isOver(stage, life, operations.execution))) continue;
    operations.execution = null;
    operations.done += 1;
  }
};

/** The clock stands still in the end, and with it a promotion that may push no more this second. */
const unhurried = (request: JobRequest): JobRequest =>
  request.type === 'promote' ? { ...request, pushesPerSecond: 100_000 } : request;

/** One step of the machine; what does not succeed is tried again. */
const isOver = async (stage: Stage, life: Life, execution: Execution): Promise<boolean> => {
  const isRunning: TurnDeps['isRunning'] = ({ startedBy }) => TE.right(stage.operations.execution?.name === startedBy);
  const deps = { ...jobDeps(stage, life), turns: stage.stores(life).turns, isRunning };
  if (execution.job === null) {
    const planned = await beginJob(deps)(execution.request, execution.name)();
    if (E.isLeft(planned)) return planned.left.type !== 'StoreUnavailable';
    execution.job = planned.right;
    execution.toWalk.push(...partsOf(execution.request));
    return false;
  }
  const { id, request } = execution.job;
  if (execution.isRefused) return E.isRight(await failJob(deps)(id, 'refused')());
  if (execution.walked.size < partsOf(request).length) return false;
  const ended = await endJob(deps)(id)();
  if (E.isLeft(ended) && ended.left.type === 'Refused') stage.found.push(`${execution.name}: ${ended.left.message}`);
  if (E.isLeft(ended)) return false;
  if (request.type === 'verify') await noteDrift(stage, life, id);
  return true;
};

const walker: Actor = async (stage, life) => {
  const { operations, random } = stage;
  while (!life.isOver) {
    await stage.turn(life);
    const { execution } = operations;
    const [part] = execution === null ? [] : takeSome(random, execution.toWalk, 1);
    if (execution?.job == null || part === undefined) continue;
    const giveBack = (): void => void execution.toWalk.push(part);
    life.onEnd = giveBack;
    // Its answer is lost while it is still at work: two of them walk the same part.
    if (random.chance(0.1)) giveBack();
    const deps = { ...jobDeps(stage, life), turns: stage.stores(life).turns, isStopping: () => random.chance(0.1) };
    const walked = await walkInTurn(deps)(execution.job.id, part)();
    life.onEnd = () => undefined;
    if (E.isRight(walked) && walked.right === 'done') execution.walked.add(part);
    else if (E.isLeft(walked) && walked.left.type === 'Refused') execution.isRefused = true;
    else giveBack();
  }
};

const noteDrift = async (stage: Stage, life: Life, jobId: string): Promise<void> => {
  const segments = await stage.stores(life).jobs.segments(jobId)();
  if (E.isLeft(segments)) return;
  const { counts, samples } = totalOf(segments.right.map(({ tally }) => tally));
  // A member whose very first fold is still on its way has nothing stored.
  // While a member is forgotten LIVE holds, for a moment, what the log cannot give any more.
  const drifts = (samples as readonly Drift[]).filter(
    ({ what, memberId }) => what !== 'missing' && !stage.toForget.includes(memberId),
  );
  if ((counts.drifted ?? 0) > 0 && drifts.length > 0) stage.found.push(`drift: ${JSON.stringify(drifts)}`);
};

const jobOf = (random: Random, number: number): Job => ({
  id: String(number),
  request: random.pick<JobRequest>([
    { type: 'replay', projection: null, memberId: null, segments: 2 },
    { type: 'replay', projection: 'tier@3', memberId: null, segments: 2 },
    { type: 'replay', projection: 'tier@2', memberId: null, segments: 1 },
    { type: 'verify', sample: 1, memberId: null, segments: 1 },
    { type: 'diff', projection: null },
    { type: 'promote', projection: 'tier@3', back: false, pushesPerSecond: 1 },
    { type: 'promote', projection: 'tier@3', back: false, pushesPerSecond: 100 },
    { type: 'promote', projection: null, back: true, pushesPerSecond: 100 },
    { type: 'reconcile', republishSince: null, segments: 1 },
  ]),
  ...{ state: 'running', startedAt: 0, endedAt: null, failure: null, size: null },
});

const jobDeps = (stage: Stage, life: Life): JobDeps => ({
  ...projectDeps(stage, life),
  ...{ events: stage.stores(life).events, jobs: stage.stores(life).jobs },
  publications: { revisions: () => TE.right(null), restate: () => TE.right(undefined) },
  pause: () => stage.turn(life),
  isStopping: () => false,
});

/** Everything is handled; the last sweep and the last tick see it, undisturbed, at the end of time. */
const settle = async (stage: Stage, at: number): Promise<void> => {
  stage.setClock(at);
  let isDone = false;
  let isNoted = false;
  const calm: Actor = async (_, life) => {
    const deps = projectDeps(stage, life);
    for (let round = 0; round < 100; round++) {
      const walks = [await sweep(deps)(), await tick(deps)()];
      if (walks.every(E.isRight)) break;
    }
    if (!isNoted) await noteEpochs(stage, life);
    isNoted = true;
    await settleVersions(jobDeps(stage, life));
    isDone = true;
  };
  const last = troupe(stage, calm);
  await stage.playUntil(() => isDone);
  last.dismiss();
};

/** Numbers of LIVE that never go down. */
const whatWentDown = (before: Live, after: Live): readonly string[] =>
  (['asOf', 'evaluatedAt', 'epoch', 'catalogVersion', 'revision'] as const)
    .filter((name) => after[name] < before[name])
    .map((name) => `${after.memberId}: ${name} went down from ${before[name]} to ${after[name]}`);

/** Every poke is handled: where no walk is pending, nobody was left in an older epoch. */
const noteEpochs = async (stage: Stage, life: Life): Promise<void> => {
  const { views, releases } = stage.stores(life);
  const release = await untilAnswered(() => releases.load()());
  if (release.walk !== null) return;
  for (let cursor: string | null = null; ; ) {
    const page: Page = await untilAnswered(() => views.scan(cursor, 100)());
    for (const { memberId, epoch } of page.lives)
      if (epoch !== release.epoch) stage.found.push(`${memberId}: left in epoch ${epoch} of ${release.epoch}`);
    if (page.cursor === null) return;
    cursor = page.cursor;
  }
};

type Page = { readonly lives: readonly Live[]; readonly cursor: string | null };

const untilAnswered = async <F, A>(ask: () => Promise<E.Either<F, A>>): Promise<A> => {
  for (;;) {
    const answer = await ask();
    if (E.isRight(answer)) return answer.right;
  }
};

/** A promotion that was begun is walked to its end, and what was promoted taken back: passes follow the rules that the truth knows. */
const settleVersions = async (deps: JobDeps): Promise<void> => {
  for (let round = 0; round < 10_000; round++) {
    const walked = await walkPromotion(deps)();
    if (E.isLeft(walked) || walked.right !== null) continue;
    const release = await deps.releases.load()();
    if (E.isLeft(release)) continue;
    const back = releaseWith(deps, release.right, withCandidate.main.tier!, 100);
    if (E.isLeft(back)) return;
    await deps.releases.replace(back.right)();
  }
};
