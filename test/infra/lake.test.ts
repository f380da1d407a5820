import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { topology } from '#adapters/topology.ts';
import { type AnnouncedMetadata, announcementsOf } from '#domain/event/announcement.ts';
import { memberStream } from '#domain/event/stream.ts';
import { Lake } from '#infra/lake/lake.ts';
import { EVENT_COLUMNS, type LakeObject, tablesOf } from '#infra/lake/lakeCatalog.ts';
import { queriesOf } from '#infra/lake/lakeQueries.ts';
import { findingsIn, templateOf } from './support/clean.ts';

const objects: readonly LakeObject[] = [
  { object: 'Contact', fields: ['Id', 'MemberNumber__c', 'LastModifiedDate'], flows: ['acme-Contact'] },
  { object: 'Order', fields: ['Id', 'TotalAmount'], flows: ['acme-Order-2025', 'acme-Order-2026'] },
  { object: 'Voucher__c', fields: ['Id'], flows: [] },
];
const build = (stack: Stack, undelivered?: IQueue): void => {
  const encryption = Key.fromKeyArn(
    stack,
    'Key',
    'arn:aws:kms:eu-central-1:111122223333:key/1a2b3c4d-1111-4222-8333-444455556666',
  );
  const lakeBucket = Bucket.fromBucketName(stack, 'LakeBucket', 'acme-lake-111122223333');
  new Lake(stack, 'Lake', { ...partsIn(stack), lakeBucket, encryption, undelivered });
};
const partsIn = (stack: Stack) => ({
  prefix: 'acme',
  domainBus: EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-central-1:111122223333:event-bus/acme-domain'),
  landingBucket: Bucket.fromBucketName(stack, 'LandingBucket', 'acme-landing-111122223333'),
  objects,
});
const env = { account: '111122223333', region: 'eu-central-1' };
const template = templateOf(build, env);
const table = (name: string): TableInput => {
  const found = Object.values(template.findResources('AWS::Glue::Table')).find(
    ({ Properties }) => Properties.TableInput.Name === name,
  );
  if (found === undefined) throw new Error(`no table ${name}`);
  return found.Properties.TableInput;
};
type TableInput = {
  readonly Parameters: Readonly<Record<string, string>>;
  readonly StorageDescriptor: { readonly Columns: readonly { readonly Name: string; readonly Type: string }[] };
};

describe('the lake', () => {
  it('is clean', () => {
    expect(findingsIn(build, env)).toEqual([]);
  }, 60_000);

  it('keeps what the topology says, and what cannot be kept is not lost', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: topology.rules.keepDomainEvents.pattern,
      Targets: [
        Match.objectLike({
          DeadLetterConfig: Match.anyValue(),
          // The event as it is: Firehose ends the line.
          InputTransformer: Match.absent(),
        }),
      ],
    });
    expect(JSON.stringify(template.findResources('AWS::Events::Rule'))).toContain(':acme-undelivered');
  });

  it('and the queue of what could not be kept lets that one rule in', () => {
    const withQueue = templateOf((stack) => build(stack, new Queue(stack, 'Undelivered')), env);
    withQueue.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': Match.anyValue() } },
          }),
        ],
      },
    });
  });

  it('is clean with buckets and keys of its own stack, too', () => {
    const findings = findingsIn((stack) => {
      const key = new Key(stack, 'Key', { enableKeyRotation: true });
      const lakeBucket = new Bucket(stack, 'Bucket', { encryptionKey: key, enforceSSL: true });
      new Lake(stack, 'Lake', { ...partsIn(stack), lakeBucket, encryption: key });
    }, env);
    expect(findings.filter(({ where }) => where.some((path) => path.includes('/Lake/')))).toEqual([]);
  }, 60_000);

  it('writes one JSON a line, compressed, by day, encrypted on the way and in place', () => {
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: 'acme-lake',
      DeliveryStreamEncryptionConfigurationInput: Match.objectLike({ KeyType: 'CUSTOMER_MANAGED_CMK' }),
      ExtendedS3DestinationConfiguration: Match.objectLike({
        CompressionFormat: 'GZIP',
        Prefix: 'events/day=!{timestamp:yyyy-MM-dd}/',
        ErrorOutputPrefix: Match.stringLikeRegexp('^errors/events/'),
        EncryptionConfiguration: Match.objectLike({ KMSEncryptionConfig: Match.anyValue() }),
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [Match.objectLike({ Type: 'AppendDelimiterToRecord' })],
        },
      }),
    });
  });

  it('days need no registering: those of the files are those of the table', () => {
    const { Parameters } = table('events');
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.format': 'yyyy-MM-dd',
      'storage.location.template': expect.stringMatching(/^s3:\/\/acme-lake-111122223333\/events\/day=\$\{day\}\/$/),
    });
  });

  it('a split load is one table over all of its flows; an object without a full load has none', () => {
    expect(table('rows_order').Parameters).toMatchObject({
      'projection.flow.values': 'acme-Order-2025,acme-Order-2026',
      'storage.location.template': expect.stringMatching(/^s3:\/\/acme-landing-111122223333\/flows\/\$\{flow\}\/$/),
    });
    expect([...tablesOf(objects).keys()]).toEqual(['Contact', 'Order']);
  });

  it('every column of a row is text, named as Glue names things', () => {
    expect(table('rows_contact').StorageDescriptor.Columns).toEqual([
      { Name: 'id', Type: 'string' },
      { Name: 'membernumber__c', Type: 'string' },
      { Name: 'lastmodifieddate', Type: 'string' },
    ]);
  });

  it('nobody reads more than the workgroup allows, and answers are encrypted', () => {
    template.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 10 * 1024 ** 3,
        ResultConfiguration: { EncryptionConfiguration: Match.objectLike({ EncryptionOption: 'SSE_KMS' }) },
      },
    });
  });

  it('is what it was', () => {
    expect(template.findResources('AWS::Glue::Table')).toMatchSnapshot();
    expect(queriesOf(objects)).toMatchSnapshot();
  });
});

describe('the columns of events', () => {
  it('have what is said of every event: the metadata as it is announced, in small letters', () => {
    const [announced] = announcementsOf({
      stream: memberStream('0038d00000Qz7AbAAJ'),
      version: 1,
      recordedAt: 0,
      lane: 'bulk',
      events: [],
    } as unknown as Parameters<typeof announcementsOf>[0]);
    const metadata: AnnouncedMetadata | undefined = announced?.detail.metadata;
    const detail = EVENT_COLUMNS.find(({ name }) => name === 'detail')?.type ?? '';
    const [, fields = ''] = /metadata:struct<([^>]*)>/.exec(detail) ?? [];
    const types = Object.fromEntries(fields.split(',').map((field) => field.split(':')));
    expect(types).toEqual(
      Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [
          name.toLowerCase(),
          typeof value === 'number' ? 'bigint' : 'string',
        ]),
      ),
    );
  });
});

describe('the questions', () => {
  const asked = Object.values(queriesOf(objects));

  it('are about tables and columns that there are', () => {
    const known = new Set([
      ...['events', 'day', 'flow', ...tablesOf(objects).values()],
      ...EVENT_COLUMNS.map(({ name }) => name),
      ...['metadata', 'data', 'eventid', 'stream', 'version', 'recordedat', 'lane'],
      ...Object.values(template.findResources('AWS::Glue::Table')).flatMap(({ Properties }) =>
        (Properties.TableInput as TableInput).StorageDescriptor.Columns.map(({ Name }) => Name),
      ),
      // Names that a query gives, and functions.
      ...['nth', 'run', 'records', 'rows_read', 'count', 'date_format', 'current_date', 'row_number', 'regexp_extract'],
    ]);
    for (const { name, sql } of asked) {
      const words = sql.replace(/'[^']*'|"[^"]*"/g, '').match(/\b[a-z_]\w*\b/g) ?? [];
      expect(
        words.filter((word) => !known.has(word)),
        name,
      ).toEqual([]);
    }
  });

  it('name the days that they read, where a table has days', () => {
    for (const { name, sql } of asked.filter((query) => query.sql.includes('FROM events')))
      expect(sql, name).toMatch(/\bday >= /);
  });

  it('count an event once, however often it was delivered', () => {
    for (const { name, sql } of asked.filter((query) => query.sql.includes('FROM events')))
      expect(sql, name).toMatch(/DISTINCT detail\.metadata\.eventid|PARTITION BY detail\.metadata\.eventid/);
  });
});
