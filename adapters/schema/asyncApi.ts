import { physicalName, topology } from '../topology.ts';
import { busDescriptions, type PublishedBus } from './published.ts';
import { latestOf, type SchemaFile } from './schemaFiles.ts';

export type AsyncApi = { readonly asyncapi: '3.0.0'; readonly [part: string]: unknown };

/** Both buses as an AsyncAPI 3 document: channels, messages, and where their schemas are. refOf: the address of a schema, seen from the document. */
export const asyncApiOf = (
  files: readonly SchemaFile[],
  refOf: (file: SchemaFile) => string,
  prefix: string = topology.prefix,
): AsyncApi => {
  const latest = latestOf(files);
  const buses = ['wallet', 'domain'] as const;
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'billfold',
      version: String(Math.max(...latest.map(({ version }) => version))),
      description: `What billfold says, as entries on EventBridge: \`source\` and \`detail-type\` name the message, \`detail\` is its payload. ${OPEN}`,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(buses.map((bus) => [bus, channel(bus, latest, prefix)])),
    operations: Object.fromEntries(buses.map((bus) => [`publish-${bus}`, operation(bus)])),
    components: {
      messages: Object.fromEntries(latest.map((file) => [file.detailType, message(file, refOf(file))])),
    },
  };
};

const OPEN =
  'Every change of shape is a version of its own; properties are added without further notice, so ignore those that you do not know.';

const channel = (bus: PublishedBus, files: readonly SchemaFile[], prefix: string) => ({
  address: physicalName(prefix, bus),
  title: `The ${bus} bus`,
  description: busDescriptions[bus],
  messages: Object.fromEntries(
    files
      .filter((file) => file.bus === bus)
      .map(({ detailType }) => [detailType, { $ref: `#/components/messages/${detailType}` }]),
  ),
});

const operation = (bus: PublishedBus) => ({
  action: 'send',
  summary: `billfold publishes on the ${bus} bus`,
  channel: { $ref: `#/channels/${bus}` },
});

const message = ({ source, detailType, version, schema }: SchemaFile, ref: string) => ({
  name: detailType,
  title: detailType,
  summary: String(schema.description),
  contentType: 'application/json',
  payload: { schemaFormat: 'application/schema+json;version=draft-2020-12', schema: { $ref: ref } },
  'x-source': source,
  'x-detail-type': detailType,
  'x-version': version,
});
