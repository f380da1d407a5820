import { execFile } from 'node:child_process';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock, ForgottenMember, Mapping, ReadFailure } from '#domain/index.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Registrations } from '../delivery/registrations.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { dropQuarantined } from '../forget/dropQuarantined.ts';
import { itemsOf } from '../forget/scanned.ts';
import type { Search } from '../forget/search.ts';
import { drop, dropPartition, isEventAbout, isOldState } from '../forget/sweeping.ts';
import { followVoidPass, isVoidDelivered, pendingOf } from '../forget/voidPass.ts';
import type { Certificate } from '../http/answers/forgotten.ts';
import type { Services } from '../services.ts';
import { blankFile } from '../source/blankRows.ts';
import { sleep } from './backoff.ts';
import type { LocalBuses } from './bus.ts';
import { filesUnder } from './filesUnder.ts';
import { objectOfName } from './inbox.ts';
import type { Wiring } from './wiring.ts';

export type PurgeDeps = DynamoDbTables & {
  readonly services: Services;
  readonly clock: Clock;
  readonly mapping: Mapping;
  readonly dataDir: string;
  /** The file of a DynamoDB server of our own; null: somebody else's. */
  readonly databaseFile: string | null;
  readonly buses: Pick<LocalBuses, 'forget'>;
  readonly forgetLetters: Wiring['forgetLetters'];
  /** Nothing is on its way to the wallet bus, nor from there: a message is taken out of its queue a moment after it was handed on, and holds what it said until then. */
  readonly isAtRest: () => Promise<boolean>;
  readonly deliveries: Pick<DeliveryStore, 'card' | 'ofMember'>;
  readonly registrations: Pick<Registrations, 'ofMember' | 'unregister'>;
  readonly stopping: AbortSignal;
};

/** How long the way of the void pass to phones and partners is waited for here. */
const PATIENCE_MS = 30_000;

type Purge = Pick<Certificate, 'removed' | 'pending'>;

/** Everything that is kept in clear, once the void pass has taken the place of the others wherever it can. */
export const purge = async (
  deps: PurgeDeps,
  { memberId, version, heldBackBy }: ForgottenMember,
  search: Search,
): Promise<E.Either<ReadFailure, Purge>> => {
  const way = { ...deps, ...deps.services };
  const isAtRest = await patiently(deps, deps.isAtRest);
  await patiently(deps, async () => {
    const isDelivered = await isVoidDelivered(way, memberId);
    return E.isRight(isDelivered) && isDelivered.right;
  });
  const followed = await followVoidPass(way, memberId);
  if (E.isLeft(followed)) return followed;
  const quarantine = await dropQuarantined(
    deps.services.quarantine,
    (text) => search.names(text) || search.inUnit(text) !== null,
  );
  if (E.isLeft(quarantine)) return quarantine;
  const rest = await TE.tryCatch(async () => {
    const states = await dropOldStates(deps, memberId, version);
    const events = await dropEvents(deps, search);
    const walletEvents = await deps.buses.forget('wallet', (text) => search.names(text) && !text.includes(HARMLESS));
    const deadLetters = await deps.forgetLetters(search.names);
    const rows = await blankKept(deps, (id) => id === memberId);
    await compactDatabase(deps, memberId);
    return { states, events, walletEvents, deadLetters, rows };
  }, toStoreUnavailable('purge what is kept'))();
  if (E.isLeft(rest)) return rest;
  const { devices } = followed.right;
  return E.right({
    removed: { ...rest.right, quarantined: quarantine.right, devices },
    pending: [
      ...(isAtRest ? [] : ['Work was still on its way: ask again when the service is idle.']),
      ...pendingOf({ heldBackBy }, followed.right),
    ],
  });
};

/** In a pass that says so. */
const HARMLESS = '"forgotten":true';

const patiently = async ({ stopping }: PurgeDeps, isSo: () => Promise<boolean>): Promise<boolean> => {
  for (const until = performance.now() + PATIENCE_MS; ; ) {
    if (await isSo()) return true;
    if (stopping.aborted || performance.now() > until) return false;
    await sleep(50, stopping);
  }
};

const dropOldStates = async (
  { dynamodb, tableName }: PurgeDeps,
  memberId: string,
  version: number,
): Promise<number> => {
  let dropped = 0;
  for await (const item of itemsOf(dynamodb, tableName('views'))) {
    if (item.p === undefined || !isOldState(item, memberId, version)) continue;
    await drop(dynamodb, tableName('views'), { p: item.p });
    dropped += 1;
  }
  return dropped;
};

const dropEvents = async ({ dynamodb, tableName }: PurgeDeps, search: Search): Promise<number> => {
  let dropped = 0;
  for await (const item of itemsOf(dynamodb, tableName('deliveries'))) {
    if (item.p === undefined || !isEventAbout(item, search)) continue;
    await dropPartition(dynamodb, tableName('deliveries'), item.p);
    dropped += 1;
  }
  return dropped;
};

const blankKept = async ({ dataDir, mapping }: PurgeDeps, isForgotten: (id: string) => boolean): Promise<number> => {
  let rows = 0;
  const done = join(dataDir, 'done');
  for (const path of await filesUnder(done)) {
    const object = objectOfName(mapping, relative(done, path).split(sep).join('/'));
    rows += await blankFile(mapping, object, path, isForgotten);
  }
  return rows;
};

/** For who reads or writes the database meanwhile. */
const READERS_MS = 20_000;

const compactDatabase = async ({ databaseFile, tableName }: PurgeDeps, memberId: string): Promise<void> => {
  if (databaseFile === null) return;
  const program = fileURLToPath(new URL('./compactDatabase.ts', import.meta.url));
  // As an image says it: JSON within JSON.
  const harmless = JSON.stringify(HARMLESS).slice(1, -1);
  await promisify(execFile)(process.execPath, [
    ...['--no-warnings', program, databaseFile, tableName('views'), memberId, harmless, `${READERS_MS}`],
  ]);
};
