import { Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { EVENTS_PREFIX } from './lakePlaces.ts';

/** An object whose files are there to be asked: of which fields its full load tells, and by which flows, several where a load is split. */
export type LakeObject = {
  readonly object: string;
  readonly fields: readonly string[];
  readonly flows: readonly string[];
};

export type CatalogProps = {
  readonly prefix: string;
  readonly lakeBucket: IBucket;
  readonly landingBucket: IBucket;
  readonly objects: readonly LakeObject[];
};

/** As Glue names things: small letters, digits, underscores. */
export const glueName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_]+/g, '_');

/** By object: the name of its table. Without flows there are no files, so there is no table. */
export const tablesOf = (objects: readonly LakeObject[]): ReadonlyMap<string, string> =>
  new Map(objects.filter(({ flows }) => flows.length > 0).map(({ object }) => [object, `rows_${glueName(object)}`]));

export type Column = { readonly name: string; readonly type: string };

/** The envelope of EventBridge, and what of the detail is the same for every event; the rest of it differs by type and stays as JSON text. */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'version', type: 'string' },
  { name: 'id', type: 'string' },
  { name: 'detail_type', type: 'string' },
  { name: 'source', type: 'string' },
  { name: 'account', type: 'string' },
  { name: 'time', type: 'string' },
  { name: 'region', type: 'string' },
  { name: 'resources', type: 'array<string>' },
  {
    name: 'detail',
    type: 'struct<metadata:struct<eventid:string,stream:string,version:bigint,recordedat:string,lane:string,schema:string>,data:string>',
  },
];

export const lakeCatalog = (scope: Construct, { prefix, lakeBucket, landingBucket, objects }: CatalogProps): string => {
  const databaseName = glueName(prefix);
  const catalogId = Stack.of(scope).account;
  const database = new CfnDatabase(scope, 'Database', {
    catalogId,
    databaseName,
    databaseInput: { name: databaseName, description: `${prefix}: domain events, and the rows of full loads` },
  });
  const tables = [
    new CfnTable(scope, 'Events', {
      catalogId,
      databaseName,
      tableInput: eventTable(lakeBucket),
    }),
    ...objects
      .filter(({ flows }) => flows.length > 0)
      .map(
        (object) =>
          new CfnTable(scope, `Rows-${object.object}`, {
            catalogId,
            databaseName,
            tableInput: rowTable(landingBucket, object),
          }),
      ),
  ];
  for (const table of tables) table.addResourceDependency(database);
  return databaseName;
};

/** Days are projected, never registered: no crawler, and a query that names its days reads those alone. */
const eventTable = (bucket: IBucket): CfnTable.TableInputProperty => ({
  name: 'events',
  description:
    'What happened to members, without personal facts: the domain bus, by the day (UTC) on which it was said',
  tableType: 'EXTERNAL_TABLE',
  partitionKeys: [{ name: 'day', type: 'string' }],
  parameters: {
    ...JSON_LINES,
    'projection.enabled': 'true',
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy-MM-dd',
    'projection.day.range': '2026-01-01,NOW',
    'projection.day.interval': '1',
    'projection.day.interval.unit': 'DAYS',
    'storage.location.template': `s3://${bucket.bucketName}/${EVENTS_PREFIX}day=\${day}/`,
  },
  storageDescriptor: {
    ...TEXT_FILES,
    location: `s3://${bucket.bucketName}/${EVENTS_PREFIX}`,
    columns: [...EVENT_COLUMNS],
    serdeInfo: {
      serializationLibrary: OPENX,
      parameters: { 'mapping.detail_type': 'detail-type', 'ignore.malformed.json': 'true' },
    },
  },
});

/** All columns are text: what a value means is the mapping's business, and files of two APIs render it differently. Runs are in "$path". */
const rowTable = (bucket: IBucket, { object, fields, flows }: LakeObject): CfnTable.TableInputProperty => ({
  name: tablesOf([{ object, fields, flows }]).get(object) ?? glueName(object),
  description: `Rows of ${object} as its full load brought them, as long as the landing bucket keeps them`,
  tableType: 'EXTERNAL_TABLE',
  partitionKeys: [{ name: 'flow', type: 'string' }],
  parameters: {
    ...JSON_LINES,
    'projection.enabled': 'true',
    'projection.flow.type': 'enum',
    'projection.flow.values': flows.join(','),
    'storage.location.template': `s3://${bucket.bucketName}/flows/\${flow}/`,
  },
  storageDescriptor: {
    ...TEXT_FILES,
    location: `s3://${bucket.bucketName}/flows/`,
    columns: [...new Set(['id', ...fields.map(glueName)])].map((name) => ({ name, type: 'string' })),
    serdeInfo: { serializationLibrary: OPENX, parameters: { 'ignore.malformed.json': 'true' } },
  },
});

const OPENX = 'org.openx.data.jsonserde.JsonSerDe';
const JSON_LINES = { EXTERNAL: 'TRUE', classification: 'json' };
const TEXT_FILES = {
  inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
};
