import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Pass } from '#domain/index.ts';
import { type changeOf, contact, contactId, order } from '#test/support/changeEvents.ts';

/** What became of a request: taken as a whole, or not. retryAfter: what it said of when to come again. */
export type Answered =
  | { readonly type: 'taken' }
  | { readonly type: 'refused'; readonly status: number; readonly retryAfter: string | null };
export type Put = (entries: readonly PutEventsRequestEntry[]) => Promise<Answered>;

/** PutEvents as it is, without tries of its own. */
export const putter = (url: string): Put => {
  const client = new EventBridgeClient({
    ...{ endpoint: `${url}/eventbridge`, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
  });
  return async (entries) => {
    try {
      const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
      if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} entries were refused by themselves`);
      return { type: 'taken' };
    } catch (error) {
      const { $metadata, $response } = Object(error);
      if ($metadata?.httpStatusCode === undefined) throw error;
      return {
        type: 'refused',
        status: $metadata.httpStatusCode,
        retryAfter: $response?.headers?.['retry-after'] ?? null,
      };
    }
  };
};

/** Members by serial, with how many purchases of each were acknowledged. */
export type Members = Map<number, number>;

let lastOrder = 0;

/** New ones, each with a pass in the end. */
export const enrolled = async (put: Put, count: number, from = 1): Promise<Members> => {
  const members: Members = new Map(Array.from({ length: count }, (_, at) => [from + at, 0]));
  const serials = [...members.keys()];
  for (let at = 0; at < serials.length; at += 10)
    await put(serials.slice(at, at + 10).map((serial) => entryOf('Contact', contact(serial))));
  return members;
};

/** So many purchases in one request, of members round about; counted where they are taken. */
export const buy = async (put: Put, members: Members, count: number): Promise<Answered> => {
  const serials = [...members.keys()];
  const of = Array.from({ length: count }, () => serials[++lastOrder % serials.length] ?? 1);
  const first = FIRST_ORDER + lastOrder - count;
  const answered = await put(of.map((serial, at) => entryOf('Order', order(first + at, serial, 1))));
  if (answered.type === 'taken') for (const serial of of) members.set(serial, (members.get(serial) ?? 0) + 1);
  return answered;
};
const FIRST_ORDER = 1_000_000;

/** Members whose pass does not say as many purchases as were acknowledged: fewer were lost, more came twice. */
export const untrue = async (
  passOf: (memberId: string) => Promise<Pass | null>,
  members: Members,
): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const [serial, acknowledged] of members) {
    const known = (await passOf(contactId(serial)))?.spend.purchases ?? 0;
    if (known !== acknowledged) wrong.push(`${contactId(serial)}: ${known} purchases, ${acknowledged} acknowledged`);
  }
  return wrong;
};

const entryOf = (object: string, detail: ReturnType<typeof changeOf>): PutEventsRequestEntry => ({
  Source: 'aws.partner/appflow/salesforce.com/111122223333/billfold',
  DetailType: `${object}ChangeEvent`,
  Detail: JSON.stringify(detail),
});
