import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { defaultBackoff } from '#adapters/local/backoff.ts';
import { checkpoints } from '#adapters/local/checkpoints.ts';
import { journal } from '#adapters/local/journal.ts';
import { localTable, localTables } from '#adapters/local/localTable.ts';
import { unmetered } from '#adapters/local/meter.ts';
import { pipeRunner } from '#adapters/local/pipe.ts';
import { openStream, type StreamRecord } from '#adapters/local/streamPort.ts';
import { streamReader } from '#adapters/local/streamReader.ts';
import { physicalName, topology } from '#adapters/topology.ts';
import type { BenchServer } from './server.ts';

/** The least there is on the way: an item put by the SDK into a table with a stream, and the local runtime's reader of that stream, nothing behind it. */
export type PutToStream = {
  /** isRung: the reader is woken after the put, as it is where the process that reads wrote; otherwise it finds it by looking. */
  readonly put: (index: number, isRung: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const putToStream = async (server: BenchServer, onSeen: (index: number) => void): Promise<PutToStream> => {
  const { prefix } = await server.freshTables();
  const dynamodb = server.connectPlainly();
  const streams = new DynamoDBStreamsClient({
    ...{ endpoint: server.endpoint, region: 'local' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await createTables({ dynamodb })(prefix, localTables);
  const table = localTable({ dynamodb, tableName: physicalName(prefix, 'local') });
  const tableName = physicalName(prefix, 'events');
  const log = (): void => undefined;
  const see = async (records: unknown[]): Promise<void> => {
    for (const { dynamodb: change } of records as StreamRecord[]) onSeen(Number(change.NewImage?.i?.N));
  };
  const pipe = pipeRunner(
    {
      ...{
        log,
        backoff: defaultBackoff,
        nowMs: Date.now,
        onBatch: log,
        onRead: log,
        meter: unmetered.of('pipes/poke'),
      },
      functions: { projector: see },
      putEvents: () => () => Promise.reject(new Error('nothing is put on a bus here')),
      openReader: async () =>
        streamReader(
          { stream: await openStream({ dynamodb, streams }, tableName), checkpoints: checkpoints({ table }), log },
          'base',
        ),
      deadLetters: journal({ table }, 'baseDead'),
    },
    'base',
    topology.pipes.poke,
  );
  pipe.start();
  let puts = 0;
  return {
    put: async (index, isRung) => {
      puts += 1;
      // As large as a commit with its facts.
      const Item = {
        ...{ p: { S: `member-${index % 500}` }, v: { N: `${puts}` }, i: { N: `${index}` } },
        body: { S: BODY },
      };
      await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
      if (isRung) pipe.wake();
    },
    stop: async () => {
      await pipe.stop();
      streams.destroy();
    },
  };
};

const BODY = 'x'.repeat(700);
