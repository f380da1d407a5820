import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type AcceptDeletions,
  acceptDeletions,
  type Clock,
  emptyCatalog,
  failureText,
  type Live,
  lineupOf,
  type Mapping,
  type Registry,
  refOf,
  retryParked,
  type Views,
  viewsOf,
} from '#domain/index.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { createTables } from '../dynamodb/createTables.ts';
import { deliveriesOfMember } from '../dynamodb/deliveriesOfMember.ts';
import { lean, leanSettings } from '../dynamodb/leanClient.ts';
import { dynamoDbRegistrations } from '../dynamodb/registrations.ts';
import type { CarriedEvent } from '../http/answers/busEvents.ts';
import type { RuntimeStatus } from '../http/answers/status.ts';
import { countParked } from '../http/parkedText.ts';
import { buildServer } from '../http/server.ts';
import { impersonalFault } from '../impersonalFault.ts';
import type { JobReport } from '../jobs/report.ts';
import { fileKeys } from '../keys/fileKeys.ts';
import type { IngestHandlerDeps } from '../lambda/ingest.ts';
import { localPipeControl } from '../pipes/localPipeControl.ts';
import type { SampleOptions } from '../sample/org.ts';
import { connectServices, type Services } from '../services.ts';
import { blankFile } from '../source/blankRows.ts';
import { type LoadFileDeps, loadFile } from '../source/loadFile.ts';
import { physicalName, type TableName, topology } from '../topology.ts';
import { type LocalAccess, localAccess } from './access.ts';
import { defaultBackoff, retryDelayMs, sleep } from './backoff.ts';
import { DATABASE } from './backup.ts';
import { checkpoints } from './checkpoints.ts';
import { dueAhead } from './dueAhead.ts';
import { type LocalDynamoDb, startDynamoDb } from './dynamoDb.ts';
import { everySoOften } from './everySoOften.ts';
import { flowSnapshots } from './flow.ts';
import { flowDetail } from './flowDetail.ts';
import { destinationsAt, sizeOf } from './flowSources.ts';
import { goOnForgetting, localForgetting } from './forgetting.ts';
import type { Log } from './functions.ts';
import { LOOPBACK } from './hosts.ts';
import { inbox } from './inbox.ts';
import { inboxFile } from './inboxFile.ts';
import { type InstanceLock, lockFolder } from './instanceLock.ts';
import { localJobs } from './jobs.ts';
import { keptByCost } from './keptByCost.ts';
import { DEFAULT_QUEUE_LIMIT, MOST_BEHIND } from './limits.ts';
import { localTable, localTables } from './localTable.ts';
import { memberDirectory } from './memberDirectory.ts';
import { startMeter } from './meter.ts';
import { type LocalDestinations, localMiddleware } from './middleware.ts';
import { nightly } from './nightly.ts';
import { localPublications } from './publications.ts';
import { recentStreams } from './recentStreams.ts';
import { retryQuarantined } from './retryQuarantined.ts';
import { roomBehind } from './roomBehind.ts';
import { rowIds } from './rowIds.ts';
import { runLedger } from './runLedger.ts';
import { sampleEdits } from './sampleEdits.ts';
import { sampleLife } from './sampleLife.ts';
import { sampleTrace } from './sampleTrace.ts';
import { activity } from './status.ts';
import { tellOfChanges } from './tellOfChanges.ts';
import { tellOfWrites } from './tellOfWrites.ts';
import { upkeepStatus } from './upkeep.ts';
import { walletFollower } from './walletFollower.ts';
import { lastEvents, walletNews } from './walletNews.ts';
import { wire } from './wiring.ts';
import { yielding } from './yielding.ts';

export type RuntimeOptions = {
  readonly dataDir: string;
  /** Where the API listens; 127.0.0.1 unless said. */
  readonly host?: string;
  /** Further names it is reached by. */
  readonly names?: readonly string[];
  readonly port: number;
  readonly dynamodbPort: number;
  readonly middlewarePort: number;
  /** Where passes go. */
  readonly destinations: LocalDestinations;
  /** What an empty store is filled with, and whose life goes on; null: nothing. */
  readonly sample: SampleOptions | null;
  readonly mapping: Mapping;
  /** Other projections than those that billfold comes with. */
  readonly registry?: Registry;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly onWalletEvent: (event: CarriedEvent) => void;
  /** Changes that may wait, to be understood, folded or published, before callers are told to come again. */
  readonly queueLimit?: number;
};

export type Runtime = {
  readonly url: string;
  /** What is asked for a token; null: nobody is asked. */
  readonly token: LocalAccess['token'];
  readonly dynamodbEndpoint: string;
  readonly middlewareUrl: string;
  readonly status: () => Promise<RuntimeStatus>;
  /** Lets the work in hand finish; what is left waits, durably, for the next start. */
  readonly stop: () => Promise<void>;
  /** Settles when the DynamoDB server is gone although nobody asked it to stop: nothing can go on without it. */
  readonly serverLost: Promise<void>;
};

export type StartFailure = {
  readonly type:
    | 'FolderInUse'
    | 'FolderUnusable'
    | 'PortInUse'
    | 'NoDynamoDb'
    | 'DestinationsUnusable'
    | 'TokenUnusable';
  readonly message: string;
};

/** The whole of billfold in one process: the topology, run over a DynamoDB API of its own in the data folder. */
export const startRuntime = async (options: RuntimeOptions): Promise<E.Either<StartFailure, Runtime>> => {
  const dataDir = resolve(options.dataDir);
  try {
    await mkdir(join(dataDir, 'inbox'), { recursive: true });
  } catch (error) {
    return E.left({ type: 'FolderUnusable', message: `Cannot keep data in ${dataDir} (${codeOf(error)}). (--data)` });
  }
  const lock = await lockFolder(dataDir);
  if (lock === null)
    return E.left({
      type: 'FolderInUse',
      message: `Another billfold is using ${dataDir}. Stop it, or choose another folder with --data.`,
    });
  const { dynamodbPort: port, environment } = options;
  const access = await localAccess({ ...options, dataDir, host: options.host ?? LOOPBACK, names: options.names ?? [] });
  if (E.isLeft(access)) {
    await lock.release();
    return E.left({ type: 'TokenUnusable', message: access.left });
  }
  const server = await startDynamoDb({ port, dataDir, environment });
  if (E.isLeft(server)) {
    await lock.release();
    const { type, message } = server.left;
    return E.left({
      type: type === 'PortInUse' ? 'PortInUse' : 'NoDynamoDb',
      message: type === 'PortInUse' ? `${message} (--dynamodb-port)` : message,
    });
  }
  return runOver(options, dataDir, access.right, lock, server.right);
};

const runOver = async (
  options: RuntimeOptions,
  dataDir: string,
  { access, url, token }: LocalAccess,
  lock: InstanceLock,
  server: LocalDynamoDb,
): Promise<E.Either<StartFailure, Runtime>> => {
  const { mapping, clock, log, queueLimit = DEFAULT_QUEUE_LIMIT } = options;
  const prefix = topology.prefix;
  const stopping = new AbortController();
  const settings = connectionTo(server.endpoint, options.environment);
  const { dynamodb } = connectDynamoDb(settings);
  const onWrite = tellOfWrites(dynamodb);
  const streams = lean(new DynamoDBStreamsClient({ ...settings, ...leanSettings() }));
  try {
    await createTables({ dynamodb })(prefix, { ...topology.tables, ...localTables });
  } catch (error) {
    await server.stop();
    await lock.release();
    return E.left({
      type: 'NoDynamoDb',
      message: `The DynamoDB API at ${server.address} does not give us tables (${codeOf(error)}).`,
    });
  }

  const tableName = (name: TableName | keyof typeof localTables): string => physicalName(prefix, name);
  const tables = { dynamodb, tableName };
  const table = localTable({ dynamodb, tableName: tableName('local') });
  const places = checkpoints({ table });
  const keys = fileKeys(join(dataDir, 'keys.jsonl'));
  const most = Math.min(queueLimit, MOST_BEHIND);
  const behind = {
    poke: roomBehind({ most, working: () => wired.working('poke') }),
    publish: roomBehind({ most, working: () => wired.working('publish') }),
  };
  /** Or when LIVE was last written at somebody's request. */
  let lastCommitAt = 0;
  const connected = connectServices({
    ...{ dynamodb, prefix, keys, clock, mapping },
    ...(options.registry !== undefined && { registry: options.registry }),
    onCommitted: (appended) => {
      lastCommitAt = performance.now();
      behind.poke.wrote(appended.length);
    },
  });
  const views = dueAhead(tellOfChanges(connected.views, () => behind.publish.wrote(1)));
  const services: Services = { ...connected, views, project: { ...connected.project, views } };
  // By the time of day: also where the clock of a test stands.
  const meter = startMeter(Date.now);
  const counts = activity(() => new Date(clock()), meter);
  const upkeep = upkeepStatus({ ...services, mapping });
  const composed = await localMiddleware({
    ...{ ...tables, dataDir, port: options.middlewarePort },
    ...{ destinations: options.destinations, log, meter, stopping: stopping.signal },
  });
  if (E.isLeft(composed)) {
    await server.stop();
    await lock.release();
    const message = ['The destinations cannot be used:', ...composed.left].join('\n  ');
    return E.left({ type: 'DestinationsUnusable', message });
  }
  const middleware = composed.right;
  const wired = wire({
    ...{ services, table, prefix, dynamodb, onWrite, streams, clock, log, counts, meter },
    ...{ rowIds: rowIds({ dataDir }), onRunHeard: upkeep.heardOfRun, relay: middleware.relay },
    onHandled: (pipe, records) => behind[pipe].handled(records),
  });
  const hasRoom = (): boolean => wired.entriesWaiting() + behind.poke.beyond() + behind.publish.beyond() < queueLimit;
  const pause = (attempt: number): Promise<void> =>
    new Promise((done) => setTimeout(done, retryDelayMs(defaultBackoff, attempt)));
  const loading: LoadFileDeps & IngestHandlerDeps = {
    ...services.ingest,
    ...{ quarantine: services.quarantine, stale: services.stale, runs: services.runs, pause },
  };
  const forgottenIds = async (): Promise<ReadonlySet<string>> => {
    const listed = await services.forgotten.list()();
    if (E.isLeft(listed)) throw new Error(failureText(listed.left));
    return new Set(listed.right.map(({ memberId }) => memberId));
  };
  const ledger = runLedger({ runs: services.runs, onLoaded: wired.heardOfRun });
  const inRoom = yielding(loading, async () => {
    while (!hasRoom() && !stopping.signal.aborted) await sleep(ROOM_AGAIN_MS, stopping.signal);
    await behind.poke.untilRoom();
    await behind.publish.untilRoom();
  });
  const files = inbox({
    dataDir,
    mapping,
    ledger,
    load: (file, onProgress) => loadFile(inRoom)(file, onProgress),
    onProgress: counts.progress,
    beforeKept: async (path, object) => {
      const forgotten = await forgottenIds();
      if (forgotten.size > 0) await blankFile(mapping, object, path, (id) => forgotten.has(id));
    },
    onLoaded: (file, report) => {
      counts.rowsLoaded(report);
      counts.loaded(file, report);
    },
    onFailed: counts.fileFailed,
    log,
  });
  const directory = memberDirectory({ views: services.views, clock, stopping: stopping.signal, log });
  const wallet = walletFollower({
    ...{ table, buses: wired.buses, counts, log },
    onEvent: (event) => {
      options.onWalletEvent(event);
      directory.heard(event);
      if (event['detail-type'] === 'WalletPassIssued') middleware.standIns?.holders.issued(memberIn(event));
    },
  });
  const sample = sampleLife({
    ...loading,
    dataDir,
    options: options.sample,
    checkpoints: places,
    putEvents: wired.buses.putEvents,
    isEmpty: () => isEmpty(services),
    counts,
    log,
  });

  const jobs = localJobs({
    ...{ ...services.project, events: services.events, jobs: services.jobs, log },
    ...{ publications: localPublications({ buses: wired.buses }), pause: (ms) => sleep(ms, stopping.signal) },
  });

  const nights = nightly({ declared: topology.nightly, jobs, checkpoints: places, clock, log });
  const nightLoop = everySoOften(
    () => nights.round(),
    (error) => log({ type: 'NightlyFailed', ...impersonalFault(error) }),
  );

  // A file of which no row can be read leaves as many items as it has rows.
  const quarantinedNow = keptByCost(() => services.quarantine.count()());
  const status = async (): Promise<RuntimeStatus> => {
    const startedAt = counts.startedAt.toISOString();
    const waiting = await files.waiting();
    const idle =
      waiting === 0 &&
      sample.progress().type !== 'loading' &&
      (await wired.isIdle(Math.max(files.lastLoadEndedAt(), lastCommitAt)));
    const { counts: counted, loading: current, recent } = counts.read();
    const quarantined = await quarantinedNow();
    return {
      idle,
      startedAt,
      counts: counted,
      inbox: { waiting, loading: current, recent },
      ...(await wired.status()),
      parked: await countParked(services.parked),
      quarantined: E.isRight(quarantined) ? quarantined.right : -1,
      upkeep: await upkeep.read(),
      job: jobLine(await jobs.underWay()),
      nightly: await nights.status(),
      sample: sample.progress(),
      store: { dynamodbEndpoint: server.address, prefix, dataDir, timeZone: mapping.programme.timeZone },
    };
  };

  const flowDeps = {
    ...{ meter, startedAt: new Date(), nowMs: Date.now, ...wired.flow },
    filesWaiting: files.waiting,
    destinations: destinationsAt(middleware.url),
    // Versions that wait have items of their own in that table.
    passes:
      services.project.registry.candidates.length === 0 ? sizeOf({ dynamodb }, tableName('views')) : async () => null,
    news: walletNews({ buses: wired.buses }),
  };
  const snapshot = flowSnapshots(flowDeps);

  const forgetting = localForgetting({
    ...{ ...tables, services, keys, clock, mapping, dataDir, buses: wired.buses, forgetLetters: wired.forgetLetters },
    // Somebody else's server keeps its files to itself.
    databaseFile: server.pid === null ? null : join(dataDir, DATABASE),
    localTableName: tableName('local'),
    isAtRest: async () => {
      const { idle, queues } = await status();
      return idle && Object.values(queues).every(({ settled }) => settled);
    },
    deliveries: deliveriesOfMember(tables),
    registrations: dynamoDbRegistrations({ ...tables, clock: Date.now }),
    stopping: stopping.signal,
  });

  const http = buildServer({
    ...services,
    ...services.project,
    events: recentStreams({ events: services.events, keys }),
    access,
    jobs,
    clock,
    log,
    // Who starts the sample wants to see it.
    isConsoleExpected: options.sample !== null,
    timeZone: mapping.programme.timeZone,
    buses: wired.buses,
    prefix,
    hasRoom,
    mapping,
    acceptDeletions: (ref) =>
      TE.map((said: AcceptDeletions) => {
        if (said === 'Accepted') wired.heardOfRun(ref);
        return said;
      })(acceptDeletions(services)(ref)),
    inboxDir: join(dataDir, 'inbox'),
    inboxFile: inboxFile({ dataDir, runs: services.runs, counts }),
    sample: {
      isLoaded: () => sample.progress().type === 'loaded',
      edits: sampleEdits({ ...services, buses: wired.buses, clock }),
      trace: sampleTrace({ ...services, buses: wired.buses, middlewareUrl: middleware.url }),
    },
    newId: randomUUID,
    forgetting,
    viewsOf: viewsIn(services, mapping),
    directory,
    pipeControl: localPipeControl(wired.pipes),
    deadLetters: {
      ...wired.deadLetters,
      redrive: async (queue) => {
        const redriven = await wired.deadLetters.redrive(queue);
        lastCommitAt = performance.now();
        return redriven;
      },
    },
    parkedOf: parkedIn(services),
    retryAllParked: async () => {
      const round = await retryParked({ ...services.project, startedAt: counts.startedAt.getTime() })('all', null)();
      lastCommitAt = performance.now();
      return round;
    },
    ...{ middlewareUrl: middleware.url, standIns: middleware.standIns, cards: middleware.cards },
    retry: retryQuarantined({ ...loading, ledger, quarantine: services.quarantine, doneDir: join(dataDir, 'done') }),
    status,
    flow: async () => (await snapshot()).flow,
    flowDetail: flowDetail({
      ...{ ...flowDeps, snapshot },
      lastOn: async (bus) => (bus === 'wallet' || bus === 'domain' ? lastEvents({ buses: wired.buses }, bus, 20) : []),
    }),
    isReady: async () => !stopping.signal.aborted && E.isRight(await services.quarantine.list(null, 1)()),
    stopping: stopping.signal,
  });

  const stop = async (): Promise<void> => {
    stopping.abort();
    // At once: its pauses are cut short from now on.
    const jobsEnded = jobs.stop();
    await nightLoop.stop();
    await sample.stop();
    await http.close();
    await jobsEnded;
    await files.stop();
    await wired.stop();
    await middleware.close();
    await wallet.stop();
    dynamodb.destroy();
    streams.destroy();
    await server.stop();
    await lock.release();
  };

  const host = options.host ?? LOOPBACK;
  const listeners = [
    { port: options.port, option: '--port', listen: () => http.listen({ host, port: options.port }) },
    { port: options.middlewarePort, option: '--middleware-port', listen: middleware.listen },
  ];
  for (const { port, option, listen } of listeners) {
    try {
      await listen();
    } catch (error) {
      await http.close();
      await middleware.close();
      await server.stop();
      await lock.release();
      if (option === '--port' && NO_SUCH_ADDRESS.includes(codeOf(error)))
        return E.left({ type: 'PortInUse', message: `${host} is no address of this machine. (--host)` });
      const why = codeOf(error) === 'EADDRINUSE' ? 'is in use' : `cannot be used (${codeOf(error)})`;
      const message = `Port ${port} ${why}: stop what listens there or choose another port. (${option})`;
      return E.left({ type: 'PortInUse', message });
    }
  }
  await wallet.start();
  await wired.start();
  files.start();
  sample.start();
  // A year in ten seconds: only its last day goes to the wallets.
  void sample.settled.then(() => (stopping.signal.aborted ? undefined : middleware.deliver()));
  await jobs.goOn();
  nightLoop.start();
  void goOnForgetting({ services, stopping: stopping.signal, log }, forgetting);
  const serverLost = server.ended.then(() =>
    stopping.signal.aborted ? new Promise<void>(() => undefined) : undefined,
  );
  return E.right({
    ...{ url, token },
    dynamodbEndpoint: server.address,
    middlewareUrl: middleware.url,
    status,
    stop,
    serverLost,
  });
};

const ROOM_AGAIN_MS = 100;

const NO_SUCH_ADDRESS = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'];

const memberIn = ({ detail }: CarriedEvent): string => String(Object(Object(detail).metadata).memberId);

const jobLine = (job: JobReport | null): RuntimeStatus['job'] =>
  job === null ? null : { id: job.id, type: job.request.type, walked: job.walked, size: job.size };

/** What a system error or an AWS error is called. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** A local server takes any credentials, a given endpoint (AWS, LocalStack) those of the environment. */
const connectionTo = (endpoint: string, environment: RuntimeOptions['environment']) => {
  const region = environment.AWS_REGION ?? 'local';
  return environment.AWS_ACCESS_KEY_ID !== undefined
    ? { endpoint, region }
    : { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
};

const isEmpty = async ({ events }: Services): Promise<boolean> => {
  const page = await events.scan({ segment: 0, segments: 1, cursor: null })();
  return E.isRight(page) && page.right.commits.length === 0 && page.right.cursor === null;
};

const parkedIn =
  ({ parked, project }: Services) =>
  (memberId: string) =>
    parked.ofMember(memberId, Object.values(lineupOf(project.registry, project.cache.release)).map(refOf));

/** The views behind a pass, at the instant it was evaluated. */
const viewsIn =
  ({ project }: Services, mapping: Mapping) =>
  async (live: Live): Promise<Views> => {
    const stored = await project.catalog.load()();
    const catalog = E.isRight(stored) ? stored.right.catalog : emptyCatalog;
    const now = { at: live.evaluatedAt, timeZone: mapping.programme.timeZone };
    return viewsOf(live, now, catalog, lineupOf(project.registry, project.cache.release));
  };
