import type { CarriedEvent } from '../http/answers/busEvents.ts';
import type { Counts } from '../http/answers/status.ts';
import { readEvents } from '../http/busEventApi.ts';
import { sleep } from './backoff.ts';
import type { LocalBuses } from './bus.ts';
import { type Log, reasonOf } from './functions.ts';
import { journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import type { Activity } from './status.ts';

export type WalletFollowerDeps = {
  readonly table: LocalTable;
  readonly buses: Pick<LocalBuses, 'read' | 'waitForNews'>;
  readonly counts: Pick<Activity, 'add'>;
  readonly onEvent: (event: CarriedEvent) => void;
  readonly log: Log;
};

const RETRY_MS = 1_000;

/** Counts and shows what the wallet bus carries from now on. */
export const walletFollower = ({ table, buses, counts, onEvent, log }: WalletFollowerDeps) => {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const run = async (from: number): Promise<void> => {
    let after = from;
    while (!stopping.signal.aborted) {
      try {
        for (const event of await readEvents({ buses }, 'wallet', after, 500)) {
          after = event.sequence;
          const counter = counterOf[event['detail-type']];
          if (counter !== undefined) counts.add({ [counter]: 1 });
          onEvent(event);
        }
        await buses.waitForNews('wallet', BigInt(after), stopping.signal);
      } catch (error) {
        log({ type: 'WalletFollowerFailed', reason: reasonOf(error) });
        await sleep(RETRY_MS, stopping.signal);
      }
    }
  };

  return {
    start: async (): Promise<void> => {
      const head = await journal({ table }, 'bus#wallet').head();
      running = run(Number(head));
    },
    stop: (): Promise<void> => {
      stopping.abort();
      return running;
    },
  };
};

const counterOf: Readonly<Record<string, keyof Counts>> = {
  WalletPassIssued: 'passesIssued',
  WalletPassUpdated: 'passesUpdated',
  WalletPassWithdrawn: 'passesWithdrawn',
};
