import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { eventStream } from '#adapters/cli/eventStream.ts';
import type { Pass } from '#domain/index.ts';
import { changeOf, contact, contactId, order, orderId } from '#test/support/changeEvents.ts';
import type { BillfoldProcess } from './billfoldProcess.ts';

/** Members with an order each, whose amounts change: every change is another spend on the pass, and amounts only rise. */
export type ChangingMembers = {
  /** Changes the order of one member, round about; resolves when PutEvents answered. */
  readonly change: (index: number) => Promise<void>;
  /** Hears of each change that is on the wallet bus, by the index it was made with; of one that a later change of the member overtook, then. */
  readonly hear: (onSeen: (index: number) => void) => void;
  readonly stop: () => Promise<void>;
};

/** Enrols them and follows the wallet bus, as `billfold wallet-events --follow` does. Resolves when all of them have a pass. */
export const changingMembers = async (billfold: BillfoldProcess, members: number): Promise<ChangingMembers> => {
  const put = async (Entries: PutEventsRequestEntry[]): Promise<void> => {
    const { FailedEntryCount } = await billfold.eventBridge.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} entries were refused`);
  };
  const underWay = new Map<string, { readonly amount: number; readonly index: number }[]>();
  const hangUp = new AbortController();
  let onSeen: (index: number) => void = () => undefined;
  let issued = 0;
  let made = 0;
  const enrolled = Promise.withResolvers<void>();

  const follow = async (): Promise<void> => {
    const client = { request: (path: string, init?: RequestInit) => fetch(`${billfold.url}${path}`, init) };
    const events = eventStream({ client, bus: 'wallet', after: 0, signal: hangUp.signal, onLost: () => undefined });
    for await (const { detail } of events) {
      const { memberId, spend } = (detail as { readonly data: { readonly pass: Pass } }).data.pass;
      const amount = Number(spend.lifetime[0]?.amount ?? 0);
      if (amount === FIRST_AMOUNT && ++issued === members) enrolled.resolve();
      const waiting = underWay.get(memberId) ?? [];
      while (waiting[0] !== undefined && waiting[0].amount <= amount) onSeen(waiting.shift()?.index ?? 0);
    }
  };
  const following = follow();
  following.catch(enrolled.reject);

  for (let from = 0; from < members; from += 5) {
    const serials = Array.from({ length: Math.min(5, members - from) }, (_, at) => from + at + 1);
    await put(
      serials.flatMap((serial) => [
        entryOf('Contact', contact(serial)),
        entryOf('Order', order(serial, serial, FIRST_AMOUNT)),
      ]),
    );
  }
  await enrolled.promise;

  const change = async (index: number): Promise<void> => {
    made += 1;
    const serial = 1 + (made % members);
    const amount = (FIRST_AMOUNT * 100 + made) / 100;
    const memberId = contactId(serial);
    underWay.set(memberId, [...(underWay.get(memberId) ?? []), { amount, index }]);
    await put([entryOf('Order', amountChange(serial, amount, made))]);
  };
  return {
    change,
    hear: (listener) => {
      underWay.clear();
      onSeen = listener;
    },
    stop: async () => {
      hangUp.abort();
      await following.catch(() => undefined);
    },
  };
};

const FIRST_AMOUNT = 12.5;

const amountChange = (serial: number, amount: number, commit: number) =>
  changeOf(
    'Order',
    orderId(serial),
    { TotalAmount: amount, LastModifiedDate: new Date().toISOString() },
    {
      ...{ changeType: 'UPDATE', changedFields: ['TotalAmount', 'LastModifiedDate'] },
      ...{ commitTimestamp: Date.now(), commitNumber: FIRST_COMMIT + commit },
    },
  );
/** Later than those that changeOf gives records when they are made. */
const FIRST_COMMIT = 2_000_000_000_000;

const entryOf = (object: string, detail: unknown): PutEventsRequestEntry => ({
  Source: 'aws.partner/appflow/salesforce.com/111122223333/billfold',
  DetailType: `${object}ChangeEvent`,
  Detail: JSON.stringify(detail),
});
