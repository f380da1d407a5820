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
    ops: {
      partitionKey: { name: 'p', type: 'S' },
      sortKey: { name: 's', type: 'S' },
      stream: null,
      indexes: [],
      pointInTimeRecovery: true,
    },
  },

  buses: {
    source: { retention: 'transit' },
    domain: { retention: 'kept' },
    wallet: { retention: 'kept' },
  },

  queues: {
    ingest: { type: 'work', visibilityTimeoutSeconds: 180, maxReceiveCount: 8, deadLetter: 'ingestDead' },
    ingestDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    pokeDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    announceDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
    publishDead: { type: 'deadLetter', retentionSeconds: 1_209_600 },
  },

  rules: {
    ingestEverything: {
      bus: 'source',
      pattern: { source: [{ prefix: '' }] },
      target: { type: 'queue', queue: 'ingest' },
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
    ingest: { handler: 'adapters/lambda/ingest.ts', timeoutSeconds: 30, memoryMb: 1024 },
    projector: { handler: 'adapters/lambda/projector.ts', timeoutSeconds: 60, memoryMb: 1024 },
    announcer: { handler: 'adapters/lambda/announcer.ts', timeoutSeconds: 60, memoryMb: 512 },
    walletEvent: { handler: 'adapters/lambda/walletEvent.ts', timeoutSeconds: 30, memoryMb: 512 },
    clock: { handler: 'adapters/lambda/clock.ts', timeoutSeconds: 300, memoryMb: 512 },
  },

  queueSources: {
    ingest: {
      queue: 'ingest',
      function: 'ingest',
      batchSize: 10,
      maximumBatchingWindowSeconds: 0,
      maximumConcurrency: 4,
    },
  },

  schedules: {
    clock: { everyMinutes: 1, function: 'clock' },
  },
} as const satisfies Topology;

/** `billfold` and `events` give `billfold-events`. Tests and second installations bring another prefix. */
export const physicalName = (prefix: string, name: string): string => `${prefix}-${name}`;

export type Topology = {
  readonly prefix: string;
  readonly tables: Readonly<Record<TableName, TableDeclaration>>;
  readonly buses: Readonly<Record<BusName, BusDeclaration>>;
  readonly queues: Readonly<Record<QueueName, QueueDeclaration>>;
  readonly rules: Readonly<Record<string, RuleDeclaration>>;
  readonly pipes: Readonly<Record<PipeName, PipeDeclaration>>;
  readonly functions: Readonly<Record<FunctionName, FunctionDeclaration>>;
  readonly queueSources: Readonly<Record<string, QueueSourceDeclaration>>;
  readonly schedules: Readonly<Record<string, ScheduleDeclaration>>;
};

export type TableName = 'records' | 'keys' | 'ops' | StreamedTableName;
export type StreamedTableName = 'events' | 'views';
export type BusName = 'source' | 'domain' | 'wallet';
export type WorkQueueName = 'ingest';
export type DeadLetterQueueName = 'ingestDead' | 'pokeDead' | 'announceDead' | 'publishDead';
export type QueueName = WorkQueueName | DeadLetterQueueName;
export type PipeName = 'poke' | 'announce' | 'publish';
export type FunctionName = 'ingest' | 'projector' | 'announcer' | 'walletEvent' | 'clock';

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
};

/** transit: an entry is forgotten once delivered. kept: what the bus carried can be read again (an archive on AWS, the journal locally). */
export type BusDeclaration = { readonly retention: 'transit' | 'kept' };

export type QueueDeclaration =
  | {
      readonly type: 'work';
      readonly visibilityTimeoutSeconds: number;
      readonly maxReceiveCount: number;
      readonly deadLetter: DeadLetterQueueName;
    }
  | { readonly type: 'deadLetter'; readonly retentionSeconds: number };

/** An EventBridge event pattern as plain JSON. */
export type Pattern = { readonly [field: string]: Pattern | readonly unknown[] };

export type RuleTarget =
  | { readonly type: 'queue'; readonly queue: WorkQueueName }
  | { readonly type: 'function'; readonly function: FunctionName };
export type RuleDeclaration = { readonly bus: BusName; readonly pattern: Pattern; readonly target: RuleTarget };

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
