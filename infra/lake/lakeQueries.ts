import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { physicalName } from '#adapters/topology.ts';
import { type LakeObject, tablesOf } from './lakeCatalog.ts';
import { RESULTS_PREFIX } from './lakePlaces.ts';

export type QueriesProps = {
  readonly prefix: string;
  /** The Glue database. */
  readonly database: string;
  readonly lakeBucket: IBucket;
  readonly encryption: IKey;
  readonly objects: readonly LakeObject[];
};

/** A query that would read more ends: 10 GiB are 5 cents, and a forgotten day is ten times that. */
const MOST_BYTES = 10 * 1024 ** 3;

/** A workgroup whose limits nobody can set aside, and the questions that are asked again and again. */
export const lakeQueries = (scope: Construct, props: QueriesProps): void => {
  const { prefix, database, lakeBucket, encryption, objects } = props;
  const workGroup = new CfnWorkGroup(scope, 'WorkGroup', {
    name: physicalName(prefix, 'lake'),
    description: `Questions to the lake of ${prefix}`,
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: MOST_BYTES,
      resultConfiguration: {
        outputLocation: `s3://${lakeBucket.bucketName}/${RESULTS_PREFIX}`,
        encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: encryption.keyArn },
      },
    },
  });
  for (const [id, { name, asks, sql }] of Object.entries(queriesOf(objects))) {
    const query = new CfnNamedQuery(scope, `Query-${id}`, {
      name,
      description: asks,
      database,
      workGroup: workGroup.name,
      queryString: sql,
    });
    query.addResourceDependency(workGroup);
  }
};

export type Query = { readonly name: string; readonly asks: string; readonly sql: string };

/** A question mark is asked for when a query is run. Events may be there twice: each is counted once, by its id. */
export const queriesOf = (objects: readonly LakeObject[]): Readonly<Record<string, Query>> => ({
  eventsPerDay: {
    name: 'Events by day and type',
    asks: 'How much happened in the last 30 days?',
    sql: `SELECT day, detail_type, detail.metadata.lane, count(DISTINCT detail.metadata.eventid) AS events
FROM events
WHERE day >= date_format(current_date - INTERVAL '30' DAY, '%Y-%m-%d')
GROUP BY day, detail_type, detail.metadata.lane
ORDER BY day DESC, events DESC`,
  },
  memberStory: {
    name: "A member's story",
    asks: 'What happened to this member since that day? Parameters: the stream, such as member-0038d00000Qz7AbAAJ; the first day, such as 2026-01-01.',
    sql: `SELECT detail.metadata.version, detail.metadata.recordedat, detail_type, detail.metadata.lane, detail.data
FROM (
  SELECT *, row_number() OVER (PARTITION BY detail.metadata.eventid ORDER BY time) AS nth
  FROM events
  WHERE detail.metadata.stream = ? AND day >= ?
)
WHERE nth = 1
ORDER BY detail.metadata.version`,
  },
  ...Object.fromEntries(
    [...tablesOf(objects)].map(([object, table]) => [
      `runs-${object}`,
      {
        name: `Rows of ${object} by run`,
        asks: `How many rows did each full load of ${object} bring, and of how many records?`,
        sql: `SELECT flow, regexp_extract("$path", 'flows/[^/]+/([^/]+)/', 1) AS run, count(*) AS rows_read, count(DISTINCT id) AS records
FROM ${table}
GROUP BY flow, regexp_extract("$path", 'flows/[^/]+/([^/]+)/', 1)
ORDER BY flow, run`,
      },
    ]),
  ),
});
