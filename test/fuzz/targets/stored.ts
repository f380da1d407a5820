import { readFileSync } from 'node:fs';

import * as TE from 'fp-ts/lib/TaskEither.js';
import { commitFromItem } from '#adapters/dynamodb/eventItem.ts';
import type { ItemImage } from '#adapters/dynamodb/item.ts';
import { liveFromItem } from '#adapters/dynamodb/liveItem.ts';
import { announcerHandler } from '#adapters/lambda/announcer.ts';
import { lagMsOf, streamRecordsIn } from '#adapters/lambda/streamRecords.ts';
import { walletEventHandler } from '#adapters/lambda/walletEvent.ts';
import { parsedJson } from '#adapters/parsedJson.ts';
import { goldenFiles } from '#test/golden/formats.ts';
import { goldenKeys, shapes } from '#test/golden/samples.ts';
import { documentArb } from '../mutations.ts';
import type { Outcome, Target } from '../target.ts';

/** One of every shape that was ever stored, as a pipe renders it. */
const golden = goldenFiles.map((file) => {
  const { item } = JSON.parse(readFileSync(new URL(`../../golden/${file}`, import.meta.url), 'utf8'));
  return { file, shape: file.split('.')[0] ?? '', item: item as ItemImage };
});

/** What is said where something cannot be read; anything else that is thrown is a fault. */
const refusedBy = async (read: () => Promise<unknown>, told: RegExp): Promise<Outcome> => {
  try {
    await read();
    return { type: 'value' };
  } catch (error) {
    if (error instanceof Error && error.constructor === Error && told.test(error.message))
      return { type: 'refused', told: error.message.replace(/"where":"(?:[^"\\]|\\.)*"/, '') };
    throw error;
  }
};

const recordOf = (image: unknown) => ({
  ...{ eventID: '1', eventName: 'INSERT', eventSource: 'aws:dynamodb' },
  dynamodb: { ApproximateCreationDateTime: 1_793_613_600, NewImage: image },
});

export const stored: Target<Buffer> = {
  name: 'stored',
  about: 'items of every table, of every format: events, records, LIVE, jobs, runs, deliveries, registrations',
  inputs: documentArb(golden.map(({ shape, item }) => ({ shape, item }))),
  found: {},
  open: async () => ({
    play: async (bytes) => {
      const { shape, item } = Object(parsedJson(bytes.toString()));
      if (typeof shape !== 'string' || !Object.hasOwn(shapes, shape)) return { type: 'refused' };
      // No other image comes out of DynamoDB, whose types are attributes': pipes are looked at by the target `stream`.
      const [record] = imagesIn([recordOf(item)]);
      const image = record?.dynamodb.NewImage;
      return image === undefined
        ? { type: 'refused' }
        : refusedBy(async () => shapes[shape]?.read(image), /^expected a result, got /);
    },
  }),
  show: (bytes) => JSON.stringify(bytes.toString('latin1').slice(0, 3_000)),
};

const imagesIn = (event: unknown) => {
  try {
    return streamRecordsIn(event);
  } catch {
    return [];
  }
};

const handed = golden.flatMap(({ shape, item }) => {
  if (shape !== 'event' && shape !== 'live') return [];
  return [{ to: shape === 'event' ? 'announcer' : 'enrichment', records: [recordOf(item), recordOf(item)] }];
});

const timeless = {
  to: 'announcer',
  records: golden.filter(({ shape }) => shape === 'event').map(({ item }) => recordOf({ ...item, t: { N: '9e20' } })),
};

export const stream: Target<Buffer> = {
  name: 'stream',
  about: 'what pipes hand to the announcer and to the enrichment of wallet events: records of streams, with images',
  inputs: documentArb([...handed, ...handed.map(({ to, records }) => ({ to, records: { Records: records } }))]),
  found: {
    'a commit of a time that no day has': Buffer.from(JSON.stringify(timeless)),
  },
  open: async () => {
    const failures: string[] = [];
    const announce = announcerHandler({
      ...{ readCommit: commitFromItem({ keys: goldenKeys }), putEvents: async () => [] },
      onFailure: (_, reason) => void failures.push(reason),
    });
    const enrich = walletEventHandler({ readLive: (image) => TE.fromEither(liveFromItem(image)) });
    return {
      play: async (bytes) => {
        const { to, records } = Object(parsedJson(bytes.toString()));
        failures.length = 0;
        const outcome = await refusedBy(async () => {
          const understood = streamRecordsIn(records);
          lagMsOf(understood, Date.now());
          await (to === 'enrichment' ? enrich(understood) : announce(understood));
        }, /expected/);
        return { type: failures.length > 0 && outcome.type === 'value' ? 'aside' : outcome.type };
      },
    };
  },
  show: (bytes) => JSON.stringify(bytes.toString('latin1').slice(0, 3_000)),
};
