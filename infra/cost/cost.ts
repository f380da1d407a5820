import { type FunctionName, topology } from '#adapters/topology.ts';
import { times, together, type Usage } from './usage.ts';

/** What a use case asks of DynamoDB, as tests assert it (ledger.ts). keys: data keys asked of the keys table. */
export type Counted = { readonly readUnits: number; readonly writeUnits: number; readonly keys: number };
export type Ledger = Readonly<
  Record<
    | 'nothingNewInBatch'
    | 'newMember'
    | 'newPurchase'
    | 'rowsOfOneMember'
    | 'firstFold'
    | 'foldVisible'
    | 'foldAgain'
    | 'clock'
    | 'retryParked'
    | 'keepFresh'
    | 'openFile'
    | 'runReport'
    | 'acceptEvent'
    | 'deliver'
    | 'lookForDue'
    | 'lookAhead'
    | 'readKeys'
    | 'walkPage'
    | 'reconcileRight'
    | 'verifyRight',
    Counted
  >
>;

/** one: each comes by itself, at night. full: batches are as large as the topology lets them be. */
export type Fill = 'one' | 'full';

/** Not measured on AWS: stated, so that everybody can put in their own. ms: of a batch, and of each item in it. */
export const ASSUMED = {
  ingest: { batchMs: 20, itemMs: 15 },
  // A batch is folded side by side: what an item adds is work, not waiting.
  projector: { batchMs: 20, itemMs: 2 },
  announcer: { batchMs: 20, itemMs: 2 },
  walletEvent: { batchMs: 5, itemMs: 1 },
  relay: { batchMs: 30, itemMs: 5 },
  /** Rows that say nothing new: 5,000 a second. */
  rowMs: 0.2,
  /** Rows that write: 500 a second in one worker. */
  writtenRowMs: 2,
  /** Commits that a job reads: 10,000 a second in one worker. */
  walkedCommitMs: 0.1,
  /** Of CloudWatch Logs for one invocation: its START, END and REPORT, a line of metrics, a line of ours. */
  logBytes: 1_500,
  changeEventBytes: 1_500,
  rowBytes: 500,
  domainEventBytes: 900,
  walletEventBytes: 2_500,
  /** Of items as stored, names of attributes and DynamoDB's 100 bytes each included. */
  recordBytes: 800,
  commitBytes: 600,
  liveBytes: 3_500,
  cardBytes: 5_000,
  keyBytes: 300,
} as const;

const GB = 1e9;

/** One purchase, told by a change event, that changes the pass: from Salesforce to the middleware. */
export const changeThatShows = (ledger: Ledger, fill: Fill): Readonly<Record<string, Usage>> => ({
  'AppFlow, the event flow': {
    appFlowGb: ASSUMED.changeEventBytes / GB,
  },
  'partner bus → queue ingest': together({ busEvents: 1 }, queued('ingest', fill)),
  'ingest: records and events': together(
    ran('ingest', of(fill, topology.queueSources.ingest.batchSize)),
    stored(ledger.newPurchase),
  ),
  'pipe poke → projector: the pass': together(
    { pipeRequests: 1 },
    ran('projector', of(fill, topology.pipes.poke.source.batchSize)),
    stored(ledger.foldVisible),
  ),
  'pipe announce → domain bus → archive, lake': together(
    { pipeRequests: 1 },
    ran('announcer', of(fill, topology.pipes.announce.source.batchSize)),
    announced,
  ),
  'pipe publish → wallet bus → archive': together(
    { pipeRequests: 1, busEvents: 1, archiveGb: ASSUMED.walletEventBytes / GB },
    ran('walletEvent', of(fill, topology.pipes.publish.source.batchSize)),
  ),
  'queue relayLive → relay': together(
    queued('relayLive', fill),
    ran('relay', of(fill, topology.queueSources.relayLive.batchSize)),
  ),
  'middleware: the deliveries table': delivered(ledger),
});

/** A pass that changes by time alone: a purchase leaves the twelve months, a promotion ends. */
export const changeByTime = (ledger: Ledger): Readonly<Record<string, Usage>> => ({
  'the clock: the pass': together(
    timeOf('clock', ASSUMED.projector.batchMs / CLOCK_PAGE + ASSUMED.projector.itemMs),
    stored(ledger.foldVisible),
  ),
  'pipe publish → wallet bus → archive': together(
    { pipeRequests: 1, busEvents: 1, archiveGb: ASSUMED.walletEventBytes / GB },
    ran('walletEvent', topology.pipes.publish.source.batchSize),
  ),
  'queue relayBulk → relay': together(
    queued('relayBulk', 'full'),
    ran('relay', topology.queueSources.relayBulk.batchSize),
  ),
  'middleware: the deliveries table': delivered(ledger),
});

/** Members that the clock folds side by side (domain/workflow/clock.ts). */
export const CLOCK_PAGE = 100;

/** Taken in for Apple and for Google, and delivered to both at the first try, each revision by itself. */
const delivered = (ledger: Ledger): Usage => together(stored(ledger.acceptEvent), times(2, stored(ledger.deliver)));

/** A row of a scheduled load that says nothing new: it ends at the record. */
export const rowWithoutNews = (ledger: Ledger): Readonly<Record<string, Usage>> => ({
  AppFlow: { appFlowGb: ASSUMED.rowBytes / GB },
  'loadPart: records, read in batches of 100': together(worked('loadPart', ASSUMED.rowMs), {
    readUnits: ledger.nothingNewInBatch.readUnits / 100,
  }),
});

/** What a run of a flow costs whatever it brings: its report twice, a file, a part of it. */
export const runOfFlow = (ledger: Ledger): Usage =>
  together(
    { appFlowRuns: 1 },
    times(2, together(queued('ingest', 'one'), ran('ingest', 1), stored(ledger.runReport))),
    queued('files', 'one'),
    { lambdaRequests: 1, ...timeOf('split', 300), logGb: ASSUMED.logBytes / GB },
    queued('parts', 'one'),
    { lambdaRequests: 1, ...timeOf('loadPart', 500), logGb: ASSUMED.logBytes / GB },
    stored(ledger.openFile),
  );

type Order = 'scattered' | 'sideBySide';

export const FIRST_LOAD = { members: 1_000_000, purchases: 10, grants: 2 } as const;

/**
 * A first load: members, then what they bought and hold. scattered: no two rows of a member ever meet in a batch, and each commit is folded by itself.
 * side by side: rows come sorted by member, so that 25 are one commit, and their pokes one fold. What happens lies between.
 */
export const firstLoad = (ledger: Ledger, order: Order): Readonly<Record<string, Usage>> => {
  const { members, purchases, grants } = FIRST_LOAD;
  const ofMember = purchases + grants;
  const rows = members * (1 + ofMember);
  const isScattered = order === 'scattered';
  const commits = commitsOf(order);
  const visibleFolds = isScattered ? members * ofMember : members;
  const owned = isScattered ? stored(ledger.newPurchase) : times(1 / 25, stored(ledger.rowsOfOneMember));
  return {
    AppFlow: { appFlowGb: (rows * ASSUMED.rowBytes) / GB },
    'loadPart: its time': times(rows, worked('loadPart', ASSUMED.writtenRowMs)),
    'records and events of members': times(members, stored(ledger.newMember)),
    // A grant is counted as a purchase: the same requests.
    'records and events of what is theirs': times(members * ofMember, owned),
    'pipe poke → projector': together(
      times(commits, together({ pipeRequests: 1 }, ran('projector', topology.pipes.poke.source.batchSize))),
      times(members, stored(ledger.firstFold)),
      times(visibleFolds, stored(ledger.foldVisible)),
    ),
    'pipe announce → domain bus: one MemberBaselined a commit': times(
      commits,
      together({ pipeRequests: 1 }, ran('announcer', topology.pipes.announce.source.batchSize), announced),
    ),
    'pipe publish → wallet bus → relay': times(
      members + visibleFolds,
      together(
        { pipeRequests: 1, busEvents: 1, archiveGb: ASSUMED.walletEventBytes / GB },
        ran('walletEvent', topology.pipes.publish.source.batchSize),
        queued('relayBulk', 'full'),
        ran('relay', topology.queueSources.relayBulk.batchSize),
      ),
    ),
    'middleware: the deliveries table': times(members + visibleFolds, delivered(ledger)),
  };
};

export const commitsOf = (order: Order): number => {
  const { members, purchases, grants } = FIRST_LOAD;
  const ofMember = purchases + grants;
  return members * (1 + (order === 'scattered' ? ofMember : Math.ceil(ofMember / 25)));
};

/** Of a load during which the pipe poke was paused, and which a replay folded: what waited in the stream is folded already. */
export const latePokes = (ledger: Ledger, order: Order): Usage =>
  times(
    commitsOf(order),
    together({ pipeRequests: 1 }, ran('projector', topology.pipes.poke.source.batchSize), stored(ledger.foldAgain)),
  );

/** A data key is one item read; made, one written. */
const stored = ({ readUnits, writeUnits, keys }: Counted): Usage => ({
  readUnits: readUnits + keys,
  writeUnits: writeUnits + keys,
});

const of = (fill: Fill, largest: number): number => (fill === 'one' ? 1 : largest);

/** Of one message: sent by itself, received and deleted with its batch. */
const queued = (source: keyof typeof topology.queueSources, fill: Fill): Usage => ({
  sqsRequests: 1 + 2 / of(fill, topology.queueSources[source].batchSize),
});

const announced: Usage = {
  busEvents: 1,
  archiveGb: ASSUMED.domainEventBytes / GB,
  // Each record is charged as the next multiple of 5 KB.
  firehoseGb: (Math.ceil(ASSUMED.domainEventBytes / 5_120) * 5_120) / GB,
};

type Timed = 'ingest' | 'projector' | 'announcer' | 'walletEvent' | 'relay';

/** Of one item in a batch of so many: its share of the invocation. */
const ran = (name: Timed, batch: number): Usage => ({
  lambdaRequests: 1 / batch,
  logGb: ASSUMED.logBytes / GB / batch,
  ...timeOf(name, ASSUMED[name].batchMs / batch + ASSUMED[name].itemMs),
});

const worked = (name: FunctionName, ms: number): Usage => timeOf(name, ms);

const timeOf = (name: FunctionName, ms: number): Usage => ({
  lambdaGbSeconds: (topology.functions[name].memoryMb / 1024) * (ms / 1000),
});
