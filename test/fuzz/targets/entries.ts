import { ingestHandler } from '#adapters/lambda/ingest.ts';
import { exampleMapping } from '#test/support/exampleMapping.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { documentArb } from '../mutations.ts';
import { CANARY } from '../odd.ts';
import { changeEvents, relayEvents } from '../seeds.ts';
import { Broken, type Decoder, type Target } from '../target.ts';

/** As a key of the store: quarantine is listed by what an entry's id is made of (DynamoDB guide, "Constraints": 1,024 bytes). */
const MOST_KEY_BYTES = 1_024;

/** A message of the source queue, to its end: merged, or in quarantine, never delivered again. */
const open = async (): Promise<Decoder<Buffer>> => {
  const mapping = await exampleMapping('acme.ts');
  return {
    play: async (bytes) => {
      const { deps, memory } = ingesting(mapping);
      const Records = [{ messageId: 'message-1', body: bytes.toString() }];
      const { batchItemFailures } = await ingestHandler(deps)({ Records });
      if (batchItemFailures.length > 0) throw new Broken('comes again for ever');
      const aside = [...memory.quarantine.values()];
      for (const { id } of aside)
        if (Buffer.byteLength(id) > MOST_KEY_BYTES) throw new Broken('is put aside under a name that no store takes');
      return {
        type: aside.length > 0 ? 'aside' : 'value',
        told: aside.map(({ content: _, ...listed }) => listed),
        made: [...memory.records.values()].map(({ record }) => record),
      };
    },
  };
};

const show = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1').slice(0, 2_000));

export const changeEvent: Target<Buffer> = {
  ...{ name: 'change-event', about: 'change events as AppFlow puts them on the bus, to records or quarantine' },
  ...{ inputs: documentArb(changeEvents), open, show },
  found: { 'an id as long as a message': Buffer.from(JSON.stringify({ id: 'x'.repeat(5_000), detail: {} })) },
};

export const relayed: Target<Buffer> = {
  name: 'relay',
  about: 'what hands events on: Event Relay, SNS, CometD, platform events, other systems, reports of AppFlow and S3',
  ...{ inputs: documentArb(relayEvents), open, show },
  found: { "a person's name for an id": Buffer.from(JSON.stringify({ id: CANARY, detail: {} })) },
};
