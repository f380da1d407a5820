import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusEntry } from './requests.ts';

export type PutEventsDeps = {
  readonly client: Pick<EventBridgeClient, 'send'>;
  /** Name of the bus. */
  readonly bus: string;
  /** Told of each code with which entries were not taken, and how many. */
  readonly onRefused: (code: string, entries: number) => void;
};

/**
 * One PutEvents of at most ten entries. Resolves with those that the bus did not take: named one by one in its answer (EventBridge API reference, PutEvents:
 * an answer of 200 may refuse some), or all where nothing was answered; the SDK has tried again by then. An entry sent twice is one event more, never one less.
 */
export const putEventsOn =
  ({ client, bus, onRefused }: PutEventsDeps) =>
  async (entries: readonly BusEntry[]): Promise<readonly BusEntry[]> => {
    try {
      const { Entries: results = [], FailedEntryCount: failed = 0 } = await client.send(
        new PutEventsCommand({
          Entries: entries.map(({ source, detailType, detail }) => ({
            ...{ EventBusName: bus, Source: source, DetailType: detailType, Detail: detail },
          })),
        }),
      );
      if (failed === 0) return [];
      const codes = results.flatMap(({ ErrorCode: code }) => code ?? []);
      for (const [code, same] of Map.groupBy(codes, (code) => code)) onRefused(code, same.length);
      return entries.filter((_, index) => results[index]?.EventId === undefined);
    } catch (error) {
      onRefused(error instanceof Error ? error.name : 'unknown', entries.length);
      return entries;
    }
  };
