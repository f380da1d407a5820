/** The one declaration of what billfold is made of. infra/ turns it into CloudFormation, adapters/local runs it. Plain data: imports nothing. */

export const topology = {
  prefix: 'billfold',

  tables: {
    records: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: null,
      stream: null,
      indexes: [],
      pointInTimeRecovery: true,
    },
    events: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: { name: 'v', type: 'N' },
      stream: 'NEW_IMAGE',
      indexes: [],
      pointInTimeRecovery: true,
    },
    // Derived and clear: rebuilt from events, so it is kept out of backups that would outlive a forgotten member.
    views: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: null,
      stream: 'NEW_IMAGE',
      indexes: [
        {
          name: 'due',
          partitionKey: { name: 'dueBucket', type: 'S' },
          sortKey: { name: 'due', type: 'N' },
          projection: 'KEYS_ONLY',
        },
      ],
      pointInTimeRecovery: false,
    },
    // Without backups for the same reason: a destroyed data key must stay destroyed.
    keys: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: null,
      stream: null,
      indexes: [],
      pointInTimeRecovery: false,
    },
    // Jobs, runs, quarantine, what is stale: remade by what goes on, so only records and events are kept in backups.
    ops: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: { name: 's', type: 'S' },
      stream: null,
      indexes: [],
      pointInTimeRecovery: false,
    },
    // What the middleware delivers: the last pass of each member, in clear, and where it stands. Events of others go by themselves.
    deliveries: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: { name: 's', type: 'S' },
      stream: null,
      indexes: [
        {
          name: 'waiting',
          partitionKey: { name: 'bucket', type: 'S' },
          sortKey: { name: 'due', type: 'N' },
          projection: 'KEYS_ONLY',
        },
      ],
      pointInTimeRecovery: false,
      timeToLive: 'expiresAt',
    },
  },

  buckets: {
    // Rows as AppFlow wrote them, personal fields in clear: so they go.
    landing: { expireAfterDays: 30 },
    // Domain events as files, without personal fields.
    lake: { expireAfterDays: null },
  },

  buses: {
    source: { retention: 'transit', owner: 'billfold', isJoinedByPartners: true },
    domain: { retention: 'kept', archiveDays: null, owner: 'billfold', isJoinedByPartners: false },
    // Its archive holds clear passes, and an archive cannot forget: it is short.
    wallet: { retention: 'kept', archiveDays: 7, owner: 'billfold', isJoinedByPartners: false },
    account: { retention: 'transit', owner: 'aws', isJoinedByPartners: false },
  },

  queues: {
    ingest: {
      type: 'work',
      visibilityTimeoutSeconds: 180,
      maxReceiveCount: 8,
      retentionSeconds: 1_209_600,
      deadLetter: 'ingestDead',
    },
    files: {
      type: 'work',
      visibilityTimeoutSeconds: 360,
      maxReceiveCount: 8,
      retentionSeconds: 1_209_600,
      deadLetter: 'filesDead',
    },
    // A part whose worker died is taken up again after this.
    parts: {
      type: 'work',
      visibilityTimeoutSeconds: 1_200,
      maxReceiveCount: 5,
      retentionSeconds: 1_209_600,
      deadLetter: 'partsDead',
    },
    // The middleware may be away for a day: what is tried every three minutes is given up after more than two. What it refuses is given up at once.
    relayLive: {
      type: 'work',
      visibilityTimeoutSeconds: 180,
      maxReceiveCount: 1_000,
      retentionSeconds: 1_209_600,
      deadLetter: 'relayDead',
    },
    relayBulk: {
      type: 'work',
      visibilityTimeoutSeconds: 190,
      maxReceiveCount: 1_000,
      retentionSeconds: 1_209_600,
      deadLetter: 'relayDead',
    },
    ingestDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    filesDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    partsDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    pokeDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    announceDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    publishDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    relayDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    // What a rule or a schedule could not hand to its target.
    undelivered: { type: 'deadLetter', retentionSeconds: 1_209_600 },
  },

  rules: {
    ingestEverything: {
      bus: 'source',
      pattern: { source: [{ prefix: '' }] },
      target: { type: 'queue', queue: 'ingest' },
    },
    flowReports: {
      bus: 'account',
      pattern: { source: ['aws.appflow'] },
      target: { type: 'queue', queue: 'ingest' },
    },
    landedFiles: {
      bus: 'account',
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'flows/' }] } },
      },
      bucket: 'landing',
      target: { type: 'queue', queue: 'files' },
    },
    keepDomainEvents: {
      bus: 'domain',
      pattern: { source: ['billfold.domain'] },
      target: { type: 'lake' },
    },
    relayLive: {
      bus: 'wallet',
      pattern: { source: ['billfold.wallet'], detail: { metadata: { lane: ['live'] } } },
      target: { type: 'queue', queue: 'relayLive' },
    },
    relayBulk: {
      bus: 'wallet',
      pattern: { source: ['billfold.wallet'], detail: { metadata: { lane: ['bulk'] } } },
      target: { type: 'queue', queue: 'relayBulk' },
    },
  },

  pipes: {
    poke: {
      source: {
        table: 'events',
        startingPosition: 'TRIM_HORIZON',
        // Many pokes of one member in a batch are one fold and one write.
        batchSize: 500,
        maximumBatchingWindowSeconds: 0,
        maximumRetryAttempts: 100,
        maximumRecordAgeSeconds: 82_800,
        onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
        // Lanes are by item, so two commits of one member would race in two of them; a batch is folded side by side anyway.
        parallelizationFactor: 1,
        deadLetter: 'pokeDead',
      },
      filters: [],
      enrichment: null,
      target: { type: 'function', function: 'projector' },
    },
    announce: {
      source: {
        table: 'events',
        startingPosition: 'TRIM_HORIZON',
        batchSize: 100,
        maximumBatchingWindowSeconds: 0,
        maximumRetryAttempts: 100,
        maximumRecordAgeSeconds: 82_800,
        onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
        parallelizationFactor: 2,
        deadLetter: 'announceDead',
      },
      filters: [],
      enrichment: null,
      target: { type: 'function', function: 'announcer' },
    },
    publish: {
      source: {
        table: 'views',
        startingPosition: 'TRIM_HORIZON',
        batchSize: 10,
        maximumBatchingWindowSeconds: 0,
        maximumRetryAttempts: 100,
        maximumRecordAgeSeconds: 82_800,
        onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
        parallelizationFactor: 4,
        deadLetter: 'publishDead',
      },
      filters: [{ dynamodb: { NewImage: { changed: { S: [{ exists: true }] } } } }],
      enrichment: 'walletEvent',
      target: {
        type: 'bus',
        bus: 'wallet',
        source: 'billfold.wallet',
        detailType: '$.detailType',
        inputTemplate: '<$.detail>',
      },
    },
  },

  functions: {
    ingest: {
      handler: 'adapters/lambda/entry/ingest.ts',
      timeoutSeconds: 30,
      memoryMb: 1024,
      tables: { records: ['write'], events: ['append'], keys: ['write'], ops: ['write'] },
      variables: ['prefix', 'mapping', 'wrappingKey'],
    },
    split: {
      handler: 'adapters/lambda/entry/split.ts',
      timeoutSeconds: 60,
      memoryMb: 512,
      tables: { ops: ['write'] },
      variables: ['prefix', 'mapping', 'landingBucket', 'partsQueue'],
    },
    loadPart: {
      handler: 'adapters/lambda/entry/loadPart.ts',
      timeoutSeconds: 900,
      memoryMb: 1769,
      tables: { records: ['write'], events: ['append'], keys: ['write'], ops: ['write'] },
      variables: ['prefix', 'mapping', 'wrappingKey', 'landingBucket'],
    },
    projector: {
      handler: 'adapters/lambda/entry/projector.ts',
      timeoutSeconds: 60,
      memoryMb: 1024,
      tables: { events: ['read'], views: ['write'], ops: ['write'], keys: ['read'] },
      variables: ['prefix', 'mapping', 'wrappingKey'],
    },
    announcer: {
      handler: 'adapters/lambda/entry/announcer.ts',
      timeoutSeconds: 60,
      memoryMb: 512,
      tables: { keys: ['read'] },
      variables: ['prefix', 'wrappingKey'],
    },
    walletEvent: {
      handler: 'adapters/lambda/entry/walletEvent.ts',
      timeoutSeconds: 30,
      memoryMb: 512,
      tables: {},
      variables: ['prefix'],
    },
    relay: {
      handler: 'adapters/lambda/entry/relay.ts',
      timeoutSeconds: 30,
      memoryMb: 512,
      tables: {},
      variables: ['prefix', 'middlewareUrl', 'relayDeadQueue'],
    },
    // Holds the ids of a full load while it is compared with the records: 35 million are 630 MB. A look at what is due takes a moment.
    clock: {
      handler: 'adapters/lambda/entry/clock.ts',
      timeoutSeconds: 900,
      memoryMb: 3008,
      tables: {
        records: ['scan', 'write'],
        events: ['append'],
        views: ['scan', 'write'],
        keys: ['write'],
        ops: ['write'],
      },
      variables: ['prefix', 'mapping', 'wrappingKey', 'landingBucket'],
    },
    walk: {
      handler: 'adapters/lambda/entry/walk.ts',
      timeoutSeconds: 900,
      memoryMb: 1769,
      tables: {
        events: ['scan', 'describe'],
        views: ['scan', 'write'],
        keys: ['read'],
        ops: ['write'],
        // What the middleware took in tells what was published.
        deliveries: ['read', 'describe'],
      },
      variables: ['prefix', 'mapping', 'wrappingKey'],
    },
    forget: {
      handler: 'adapters/lambda/entry/forget.ts',
      timeoutSeconds: 900,
      memoryMb: 1769,
      tables: {
        records: ['scan', 'write', 'describe'],
        events: ['scan', 'append', 'describe'],
        views: ['scan', 'write', 'describe'],
        keys: ['write'],
        ops: ['scan', 'write', 'describe'],
        // The middleware's copy: registrations, events of others.
        deliveries: ['scan', 'write', 'describe'],
      },
      variables: ['prefix', 'mapping', 'wrappingKey'],
    },
    watch: {
      handler: 'adapters/lambda/entry/watch.ts',
      timeoutSeconds: 60,
      memoryMb: 256,
      tables: { ops: ['read'], events: ['describe'], views: ['describe'] },
      variables: ['prefix', 'mapping'],
    },
    activate: {
      handler: 'adapters/lambda/entry/activate.ts',
      timeoutSeconds: 60,
      memoryMb: 256,
      tables: {},
      variables: ['prefix'],
    },
    rotateKey: {
      handler: 'adapters/lambda/entry/rotateKey.ts',
      timeoutSeconds: 180,
      memoryMb: 256,
      tables: {},
      variables: ['prefix', 'middlewareUrl'],
    },
  },

  queueSources: {
    ingest: {
      queue: 'ingest',
      function: 'ingest',
      batchSize: 10,
      maximumBatchingWindowSeconds: 0,
      maximumConcurrency: 4,
    },
    files: {
      queue: 'files',
      function: 'split',
      batchSize: 10,
      maximumBatchingWindowSeconds: 0,
      maximumConcurrency: 2,
    },
    // The bulk lane of ingest: however large the file, live changes find room beside it.
    parts: {
      queue: 'parts',
      function: 'loadPart',
      batchSize: 1,
      maximumBatchingWindowSeconds: 0,
      maximumConcurrency: 10,
    },
    relayLive: {
      queue: 'relayLive',
      function: 'relay',
      batchSize: 10,
      maximumBatchingWindowSeconds: 0,
      maximumConcurrency: 10,
    },
    // Nobody waits for bulk: fewer, larger requests.
    relayBulk: {
      queue: 'relayBulk',
      function: 'relay',
      batchSize: 50,
      maximumBatchingWindowSeconds: 1,
      maximumConcurrency: 2,
    },
  },

  schedules: {
    clock: { everyMinutes: 1, function: 'clock' },
    watch: { everyMinutes: 5, function: 'watch' },
  },

  // Jobs over all members on AWS: planned, walked a segment a worker, ended.
  walks: {
    jobs: { function: 'walk', maximumConcurrency: 20 },
  },

  // Jobs that nobody has to ask for, each night at that time (UTC). Where another job has the turn, they wait for it.
  nightly: {
    reconcile: { walk: 'jobs', atUtc: '01:30', request: { type: 'reconcile', republishSince: null, segments: 8 } },
    verify: { walk: 'jobs', atUtc: '03:30', request: { type: 'verify', sample: 0.01, memberId: null, segments: 8 } },
  },

  // A member forgotten on AWS, step by step; each night whoever is not settled, as when a phone has not fetched the void pass.
  forgetting: {
    members: {
      function: 'forget',
      // Processes hold keys for two minutes; what is on its way with one then ends within an invocation of ingest.
      keysLetGoSeconds: 180,
      // Of the void pass to the middleware and on.
      onTheWaySeconds: 60,
      maximumConcurrency: 10,
      membersAtOnce: 4,
      atUtc: '05:30',
      deadLetters: ['ingestDead', 'relayDead', 'undelivered'],
    },
  },

  middleware: {
    entry: 'adapters/middleware/main.ts',
    port: 8402,
    eventsPath: '/events',
    healthPath: '/health/ready',
    livePath: '/health/live',
    tables: { deliveries: ['write'] },
    /** What senders say who they are with: plain text, its stages the pending, the current and the previous value. */
    keySecret: 'middleware-key',
    operatorSecret: 'operator-key',
    destinationsVariable: 'BILLFOLD_DESTINATIONS',
    secrets: {
      'operator-key': 'generated',
      'apple-token-key': 'generated',
      'apple-certificate': 'given',
      'apple-push-key': 'given',
      'google-service-account': 'given',
    },
  },
} as const satisfies Topology;

/** What functions and the middleware are told by their environment: infra sets it, they decode it when they start. */
export const variables = {
  prefix: 'BILLFOLD_PREFIX',
  /** Path of the mapping as JSON. */
  mapping: 'BILLFOLD_MAPPING',
  /** ARN of the KMS key that wraps the keys of the keys table. */
  wrappingKey: 'BILLFOLD_WRAPPING_KEY',
  landingBucket: 'BILLFOLD_LANDING_BUCKET',
  partsQueue: 'BILLFOLD_PARTS_QUEUE',
  relayDeadQueue: 'BILLFOLD_RELAY_DEAD_QUEUE',
  /** Where the middleware listens: https://… */
  middlewareUrl: 'BILLFOLD_MIDDLEWARE_URL',
} as const;

/** Whoever reads tables is told under which other names some of them lie, as JSON by declared name; nothing, where there are none. */
export const tablesVariable = 'BILLFOLD_TABLES';

/**
 * How the functions are bundled (options of esbuild): one file of ES modules each. What can be left out without it is: the SDK's CommonJS (a third of its
 * size), and the ways to credentials that Lambda never goes, since it puts them into the environment (Lambda guide, "Defined runtime environment variables").
 */
export const bundling = {
  format: 'esm',
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  alias: { 'fp-ts/lib': 'fp-ts/es6', 'io-ts/lib': 'io-ts/es6' },
  external: [
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@smithy/credential-provider-imds',
  ],
} as const;

/** `billfold` and `events` give `billfold-events`. Tests and second installations bring another prefix. */
export const physicalName = (prefix: string, name: string): string => `${prefix}-${name}`;

export type Topology = {
  readonly prefix: string;
  readonly tables: Readonly<Record<TableName, TableDeclaration>>;
  readonly buckets: Readonly<Record<BucketName, BucketDeclaration>>;
  readonly buses: Readonly<Record<BusName, BusDeclaration>>;
  readonly queues: Readonly<Record<QueueName, QueueDeclaration>>;
  readonly rules: Readonly<Record<string, RuleDeclaration>>;
  readonly pipes: Readonly<Record<PipeName, PipeDeclaration>>;
  readonly functions: Readonly<Record<FunctionName, FunctionDeclaration>>;
  readonly queueSources: Readonly<Record<string, QueueSourceDeclaration>>;
  readonly schedules: Readonly<Record<string, ScheduleDeclaration>>;
  readonly walks: Readonly<Record<string, WalkDeclaration>>;
  readonly nightly: Readonly<Record<string, NightlyDeclaration>>;
  readonly forgetting: Readonly<Record<'members', ForgettingDeclaration>>;
  readonly middleware: MiddlewareDeclaration;
};

export type TableName = 'records' | 'keys' | 'ops' | 'deliveries' | StreamedTableName;
export type StreamedTableName = 'events' | 'views';
export type BucketName = 'landing' | 'lake';
export type BusName = 'source' | 'domain' | 'wallet' | 'account';
export type WorkQueueName = 'ingest' | 'files' | 'parts' | 'relayLive' | 'relayBulk';
export type DeadLetterQueueName =
  | 'ingestDead'
  | 'filesDead'
  | 'partsDead'
  | 'pokeDead'
  | 'announceDead'
  | 'publishDead'
  | 'relayDead'
  | 'undelivered';
export type QueueName = WorkQueueName | DeadLetterQueueName;
export type PipeName = 'poke' | 'announce' | 'publish';
/** Of a job that is done each night. */
export type NightName = keyof typeof topology.nightly;
export type FunctionName =
  | 'ingest'
  | 'split'
  | 'loadPart'
  | 'projector'
  | 'announcer'
  | 'walletEvent'
  | 'relay'
  | 'clock'
  | 'walk'
  | 'forget'
  | 'watch'
  | 'activate'
  | 'rotateKey';
export type VariableName = keyof typeof variables;

export type KeyAttribute = { readonly name: string; readonly type: 'S' | 'N' };
export type IndexDeclaration = {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  readonly projection: 'KEYS_ONLY';
};
export type TableDeclaration = {
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute | null;
  readonly stream: 'NEW_IMAGE' | null;
  readonly indexes: readonly IndexDeclaration[];
  readonly pointInTimeRecovery: boolean;
  /** The attribute (epoch seconds) after which an item goes by itself. */
  readonly timeToLive?: string;
};

/** null: kept. */
export type BucketDeclaration = { readonly expireAfterDays: number | null };

/**
 * transit: an entry is forgotten once delivered. kept: what the bus carried can be read again (an archive on AWS, for so many days, null for ever; the
 * journal locally). owner aws: the account's own bus, on which S3 and AppFlow speak; there is none on a laptop.
 * isJoinedByPartners: on AWS each partner bus of Salesforce carries the same rules.
 */
export type BusDeclaration = (
  | { readonly retention: 'transit' }
  | { readonly retention: 'kept'; readonly archiveDays: number | null }
) & { readonly owner: 'billfold' | 'aws'; readonly isJoinedByPartners: boolean };

export type QueueDeclaration =
  | {
      readonly type: 'work';
      readonly visibilityTimeoutSeconds: number;
      readonly maxReceiveCount: number;
      readonly retentionSeconds: number;
      readonly deadLetter: DeadLetterQueueName;
    }
  | { readonly type: 'deadLetter'; readonly retentionSeconds: number };

/** An EventBridge event pattern as plain JSON. */
export type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

/** lake: files in the lake bucket, on AWS alone. */
export type RuleTarget =
  | { readonly type: 'queue'; readonly queue: WorkQueueName }
  | { readonly type: 'function'; readonly function: FunctionName }
  | { readonly type: 'lake' };
export type RuleDeclaration = {
  readonly bus: BusName;
  readonly pattern: Pattern;
  /** Only what happens in that bucket: added to the pattern as detail.bucket.name. */
  readonly bucket?: BucketName;
  readonly target: RuleTarget;
};

export type PipeSource = {
  readonly table: StreamedTableName;
  /** Never LATEST: what was written before the first poll would be skipped. */
  readonly startingPosition: 'TRIM_HORIZON';
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly maximumRetryAttempts: number;
  /** Below the 24 hours a stream keeps: past them a record is lost without a trace. */
  readonly maximumRecordAgeSeconds: number;
  readonly onPartialBatchItemFailure: 'AUTOMATIC_BISECT';
  /** Batches in flight at once; the records of one item stay in order. */
  readonly parallelizationFactor: number;
  readonly deadLetter: DeadLetterQueueName;
};

/** `detailType` is a whole-value path into the enriched event, `inputTemplate` one path in angle brackets (EventBridge guide, Pipes input transformation). */
export type PipeTarget =
  | { readonly type: 'function'; readonly function: FunctionName }
  | {
      readonly type: 'bus';
      readonly bus: BusName;
      readonly source: string;
      readonly detailType: `$.${string}`;
      readonly inputTemplate: `<$.${string}>`;
    };

export type PipeDeclaration = {
  readonly source: PipeSource;
  /** Any of them lets a record through; none lets everything through. */
  readonly filters: readonly Pattern[];
  readonly enrichment: FunctionName | null;
  readonly target: PipeTarget;
};

export type FunctionDeclaration = {
  readonly handler: `adapters/lambda/${string}.ts`;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** What it may do with which tables; nothing else. */
  readonly tables: TableAccess;
  readonly variables: readonly VariableName[];
};

/** append: new items, never another version of one. The log is appended to and nothing else. describe: of the table itself, no item. */
export type Access = 'describe' | 'read' | 'scan' | 'append' | 'write';
export type TableAccess = Readonly<Partial<Record<TableName, readonly Access[]>>>;

/** What each access comes to, as actions of DynamoDB (dynamodb:GetItem, …), on a table and its indexes. The parts of a transaction count as what they are. */
export const actionsOf: Readonly<Record<Access, readonly string[]>> = {
  describe: ['DescribeTable'],
  read: ['GetItem', 'BatchGetItem', 'Query'],
  scan: ['GetItem', 'BatchGetItem', 'Query', 'Scan'],
  append: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
  write: [
    ...['GetItem', 'BatchGetItem', 'Query'],
    ...['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'BatchWriteItem'],
  ],
};

/** SQS to Lambda with partial batch responses: the function names the messages that failed. */
export type QueueSourceDeclaration = {
  readonly queue: WorkQueueName;
  readonly function: FunctionName;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly maximumConcurrency: number;
};

export type ScheduleDeclaration = { readonly everyMinutes: number; readonly function: FunctionName };

/** A Step Functions map over the segments of a job. */
export type WalkDeclaration = { readonly function: FunctionName; readonly maximumConcurrency: number };

/** The request is what a job is asked with, as JSON. */
export type NightlyDeclaration = {
  readonly walk: 'jobs';
  /** HH:MM. */
  readonly atUtc: `${number}:${number}`;
  readonly request: Readonly<Record<string, string | number | null>> & { readonly type: string };
};

/** A Step Functions machine over the steps of its function. */
export type ForgettingDeclaration = {
  readonly function: FunctionName;
  /** From when a key is destroyed until no process has it. */
  readonly keysLetGoSeconds: number;
  /** Before it is looked at how far the void pass came. */
  readonly onTheWaySeconds: number;
  /** Parts of tables that are looked at side by side; and members, at night. */
  readonly maximumConcurrency: number;
  readonly membersAtOnce: number;
  /** HH:MM. */
  readonly atUtc: `${number}:${number}`;
  /** Queues whose letters hold texts: those about the member are removed. */
  readonly deadLetters: readonly DeadLetterQueueName[];
};

export type MiddlewareDeclaration = {
  readonly entry: string;
  readonly port: number;
  readonly eventsPath: string;
  /** Whether it may be sent to. */
  readonly healthPath: string;
  /** Whether the process lives, whatever else does not: a task that fails this is replaced. */
  readonly livePath: string;
  readonly tables: TableAccess;
  /** Names of secrets, after the prefix. keySecret: of those who send; operatorSecret: of those who operate it. */
  readonly keySecret: string;
  readonly operatorSecret: string;
  /** Says where destinations.json lies. */
  readonly destinationsVariable: string;
  /** What it reads beside the key of its senders, where it is configured for it. given: made empty, and filled with what a partner gave. Webhooks name more. */
  readonly secrets: Readonly<Record<string, 'generated' | 'given'>>;
};
