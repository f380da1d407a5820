import type { AwsJsonAnswer, AwsJsonServer } from './awsJsonServer.ts';
import { startAwsJsonServer } from './awsJsonServer.ts';

export type WireEntry = Readonly<
  Record<'EventBusName' | 'Source' | 'DetailType', string> & { readonly Detail: string }
>;

export type BusServer = AwsJsonServer & {
  /** What the buses took, in order. */
  readonly taken: readonly WireEntry[];
  /** Entries that hold are refused with a code; null: none is. */
  readonly refuse: (isRefused: ((entry: WireEntry) => boolean) | null) => void;
  /** The next requests fail so; null: the connection breaks. */
  readonly fail: (...errors: readonly (string | null)[]) => void;
};

/** EventBridge's PutEvents with its limit of ten entries, each taken or refused by itself (EventBridge API reference, PutEvents). */
export const startBusServer = async (): Promise<BusServer> => {
  const taken: WireEntry[] = [];
  const failures: (string | null)[] = [];
  let isRefused: ((entry: WireEntry) => boolean) | null = null;
  const server = await startAwsJsonServer(({ operation, body }): AwsJsonAnswer => {
    if (operation !== 'PutEvents') return { error: 'UnknownOperationException' };
    if (failures.length > 0) {
      const error = failures.shift() ?? null;
      return error === null ? null : { error };
    }
    const entries = body.Entries as readonly WireEntry[];
    if (entries.length === 0 || entries.length > 10) return { error: 'ValidationException' };
    const results = entries.map((entry) => {
      if (isRefused?.(entry) === true) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'of the stand-in' };
      taken.push(entry);
      return { EventId: crypto.randomUUID() };
    });
    return {
      body: { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results },
    };
  });
  return {
    ...server,
    taken,
    refuse: (told) => {
      isRefused = told;
    },
    fail: (...errors) => void failures.push(...errors),
  };
};
