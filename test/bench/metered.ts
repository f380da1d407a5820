import type { Usage } from '#adapters/dynamodb/client.ts';
import type { MeteredStore } from './ownStores.ts';

/** What one act asks of DynamoDB. After the times were taken: a meter is work, too. */
export const metered = async (store: Pick<MeteredStore, 'meter'>, act: () => Promise<void>): Promise<Usage> => {
  const meter = store.meter();
  meter?.reset();
  await act();
  return meter?.read() ?? { requests: {}, readUnits: 0, writeUnits: 0 };
};

export const requestsOf = ({ requests }: Usage): string => {
  const sent = Object.entries(requests).map(([command, times]) => `${times} ${command}`);
  return sent.length === 0 ? 'none' : sent.join(', ');
};
