import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { DATABASE } from './backup.ts';
import { openGate } from './dynamoDbGate.ts';
import {
  comesFree,
  type Dynoxide,
  type DynoxideError,
  type DynoxideOptions,
  portInUse,
  startDynoxide,
} from './dynoxide.ts';
import { hiddenPlace } from './hiddenPlace.ts';
import { LOOPBACK } from './hosts.ts';
import { readPrivate, writePrivate } from './privateFile.ts';

/** endpoint: for ourselves, and nobody is told of it. address: for everybody else on this machine. */
export type LocalDynamoDb = Dynoxide & { readonly address: string };

export type LocalDynamoDbOptions = Pick<DynoxideOptions, 'port' | 'environment'> & { readonly dataDir: string };

/** The DynamoDB API of a data folder: a server at a place that no page can guess, and the gate before it at the port that is asked for. A given endpoint has neither. */
export const startDynamoDb = async (options: LocalDynamoDbOptions): Promise<E.Either<DynoxideError, LocalDynamoDb>> => {
  const { port, environment, dataDir } = options;
  const dbFile = join(dataDir, DATABASE);
  if (environment.BILLFOLD_DYNAMODB_ENDPOINT) {
    const given = await startDynoxide({ port, dbFile, environment })();
    return E.isLeft(given) ? given : E.right({ ...given.right, address: given.right.endpoint });
  }
  const placeFile = join(dataDir, PLACE);
  const left = await leftOver(placeFile);
  if (left !== null) return E.left(left);
  if (!(await comesFree({ host: LOOPBACK, port }))) return E.left(portInUse(port));
  const hidden = await hiddenPlace();
  const gate = await openGate(port, hidden);
  if (E.isLeft(gate)) return E.left(portInUse(port));
  await writePrivate(placeFile, hidden);
  const server = await startDynoxide({ ...hidden, dbFile, environment })();
  if (E.isLeft(server)) {
    await gate.right.close();
    return server;
  }
  const stop = async (): Promise<void> => {
    await gate.right.close();
    await server.right.stop();
  };
  return E.right({ ...server.right, stop, address: `http://${LOOPBACK}:${port}` });
};

/** In the data folder: where the server of the last start listened. */
export const PLACE = 'dynamodb.json';
const Place = t.type({ host: t.string, port: t.number });

/**
 * A service that is killed leaves its server for a moment, and two servers of one file would write over each other. The gate's port tells nothing of it: the place
 * of the last server does.
 */
const leftOver = async (placeFile: string): Promise<DynoxideError | null> => {
  const last = await readPrivate(placeFile).catch(() => null);
  if (!Place.is(last) || (await comesFree(last))) return null;
  const message = `What listens at ${last.host}:${last.port} may still write to this store: stop it, or remove ${placeFile} if it is another program.`;
  return { type: 'DynoxideDidNotStart', message };
};
