/** What a use case costs: a promise, measured against it in test/adapters/dynamodb/ledger.int.ts and printed in the documents. */
export type LedgerRow = {
  readonly useCase: string;
  /** By DynamoDB command. */
  readonly requests: Readonly<Record<string, number>>;
  /** One for 4 KB read strongly consistently, half of one otherwise. */
  readonly readUnits: number;
  /** One for each KB; two inside a transaction. What a refused write costs, DynamoDB charges without saying. */
  readonly writeUnits: number;
  /** Data keys asked of the key store. */
  readonly keys: number;
};

export const ledgerTable = {
  nothingNew: {
    useCase: 'a row that says nothing new',
    requests: { BatchGetItem: 1 },
    readUnits: 0.5,
    writeUnits: 0,
    keys: 0,
  },
  nothingNewInBatch: {
    useCase: '100 rows that say nothing new, in one batch',
    requests: { BatchGetItem: 1 },
    readUnits: 50,
    writeUnits: 0,
    keys: 0,
  },
  nothingNewOfMember: {
    useCase: 'a row of a member that says nothing new',
    requests: { BatchGetItem: 1 },
    readUnits: 0.5,
    writeUnits: 0,
    keys: 1,
  },
  forgotten: {
    useCase: 'a row of a forgotten member',
    requests: { BatchGetItem: 1 },
    readUnits: 0.5,
    writeUnits: 0,
    keys: 1,
  },
  ownerUnknown: {
    useCase: 'a new record whose owner is unknown',
    requests: { BatchGetItem: 1, PutItem: 1 },
    readUnits: 0.5,
    writeUnits: 1,
    keys: 0,
  },
  newMember: {
    useCase: 'a new member',
    requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 },
    readUnits: 1,
    writeUnits: 4,
    keys: 1,
  },
  newPurchase: {
    useCase: 'a new purchase of a known member',
    requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 },
    readUnits: 1,
    writeUnits: 4,
    keys: 0,
  },
  changed: {
    useCase: 'a changed purchase',
    requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 },
    readUnits: 1,
    writeUnits: 4,
    keys: 0,
  },
  moved: {
    useCase: 'a purchase moved between two members',
    requests: { BatchGetItem: 1, Query: 2, TransactWriteItems: 1 },
    readUnits: 1.5,
    writeUnits: 6,
    keys: 0,
  },
  faulty: {
    useCase: 'a purchase that turns out to hold an impossible amount',
    requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 },
    readUnits: 1,
    writeUnits: 6,
    keys: 0,
  },
  rowsOfOneMember: {
    useCase: '25 new purchases of one member, in one batch',
    requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 1 },
    readUnits: 13,
    writeUnits: 52,
    keys: 0,
  },
  redelivery: {
    useCase: 'those 25 delivered again',
    requests: { BatchGetItem: 1 },
    readUnits: 12.5,
    writeUnits: 0,
    keys: 0,
  },
  lostRace: {
    useCase: 'a changed purchase that loses one race',
    requests: { BatchGetItem: 1, Query: 1, TransactWriteItems: 2 },
    readUnits: 1,
    writeUnits: 4,
    keys: 0,
  },
  append: { useCase: 'an append alone', requests: { PutItem: 1 }, readUnits: 0, writeUnits: 1, keys: 0 },
  head: { useCase: 'a head read', requests: { Query: 1 }, readUnits: 0.5, writeUnits: 0, keys: 0 },
  loadStream: {
    useCase: 'a stream of 100 commits loaded',
    requests: { Query: 1 },
    readUnits: 9,
    writeUnits: 0,
    keys: 0,
  },
  firstFold: {
    useCase: 'the first fold of a member, from the image of its commit',
    // The second look is for a promotion whose walk passed before there was this LIVE.
    requests: { GetItem: 2, PutItem: 1 },
    readUnits: 2,
    writeUnits: 1,
    keys: 0,
  },
  foldAboveFloor: {
    useCase: 'a fold that publishes a higher revision than any member had: once in 256 of them',
    requests: { GetItem: 1, PutItem: 1, UpdateItem: 1 },
    readUnits: 1,
    writeUnits: 4,
    keys: 0,
  },
  foldBeside: {
    useCase: 'a fold that changes the pass, while a version waits beside',
    requests: { BatchGetItem: 1, GetItem: 1, PutItem: 2 },
    readUnits: 2,
    writeUnits: 4,
    keys: 0,
  },
  foldSwitched: {
    useCase: 'the fold that switches a member to a promoted version',
    requests: { BatchGetItem: 3, GetItem: 1, PutItem: 2 },
    readUnits: 4,
    writeUnits: 3,
    keys: 0,
  },
  foldVisible: {
    useCase: 'a fold that changes the pass, from the image',
    requests: { GetItem: 1, PutItem: 1 },
    readUnits: 1,
    writeUnits: 3,
    keys: 0,
  },
  foldSilent: {
    useCase: 'a fold that changes nothing visible, from the image',
    requests: { GetItem: 1, PutItem: 1 },
    readUnits: 1,
    writeUnits: 1,
    keys: 0,
  },
  foldHolder: {
    useCase: 'a fold of a member who holds a promotion, from the image',
    requests: { GetItem: 2, PutItem: 1 },
    readUnits: 2,
    writeUnits: 2,
    keys: 0,
  },
  foldGap: {
    useCase: 'a fold that has to read the commits it missed',
    requests: { GetItem: 1, Query: 1, PutItem: 1 },
    readUnits: 2,
    writeUnits: 3,
    keys: 0,
  },
  foldAgain: {
    useCase: 'a poke delivered again',
    // The release too: whoever folded it may have died before looking.
    requests: { GetItem: 2 },
    readUnits: 2,
    writeUnits: 0,
    keys: 0,
  },
  clock: {
    useCase: 'a look at the clock, with nobody due',
    requests: { Query: 16 },
    readUnits: 8,
    writeUnits: 0,
    keys: 0,
  },
  retryParked: {
    useCase: 'a look at who is parked, with nobody parked',
    requests: { Query: 1 },
    readUnits: 1,
    writeUnits: 0,
    keys: 0,
  },
  gap: {
    useCase: 'a gap of a known purchase',
    requests: { BatchGetItem: 1, TransactWriteItems: 1 },
    readUnits: 0.5,
    writeUnits: 4,
    keys: 0,
  },
  gapAgain: {
    useCase: 'that gap delivered again',
    requests: { BatchGetItem: 1 },
    readUnits: 0.5,
    writeUnits: 0,
    keys: 0,
  },
  gapClosed: {
    useCase: 'a row that reads it again',
    requests: { BatchGetItem: 1, TransactWriteItems: 1 },
    readUnits: 0.5,
    writeUnits: 4,
    keys: 0,
  },
  keepFresh: {
    useCase: 'a look at what is stale, with nothing stale',
    requests: { Query: 1 },
    readUnits: 1,
    writeUnits: 0,
    keys: 0,
  },
  openFile: {
    useCase: 'a file of a known run, from its first line to its last',
    requests: { GetItem: 3, PutItem: 2 },
    readUnits: 3,
    writeUnits: 2,
    keys: 0,
  },
  runReport: {
    useCase: 'a report of a known run',
    requests: { GetItem: 1, PutItem: 1 },
    readUnits: 1,
    writeUnits: 1,
    keys: 0,
  },
  readKeys: {
    useCase: '100 data keys from the keys table, to be held for two minutes',
    requests: { BatchGetItem: 1 },
    readUnits: 50,
    writeUnits: 0,
    keys: 0,
  },
  makeKey: {
    useCase: 'the data key of a new member made',
    requests: { BatchGetItem: 1, PutItem: 1 },
    readUnits: 0.5,
    writeUnits: 1,
    keys: 0,
  },
  makeKeyLost: {
    useCase: 'a data key that somebody else made meanwhile',
    // Refused, and told what is there: no further read.
    requests: { BatchGetItem: 1, PutItem: 1 },
    readUnits: 0.5,
    writeUnits: 0,
    keys: 0,
  },
  destroyKey: {
    useCase: 'a data key destroyed',
    requests: { PutItem: 1 },
    readUnits: 0,
    writeUnits: 1,
    keys: 0,
  },
} as const satisfies Readonly<Record<string, LedgerRow>>;
