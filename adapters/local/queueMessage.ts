import type { JournalEntry } from './journal.ts';

/** A message a queue holds in memory. receives: how often it failed. alone: it was in a batch that threw, so it gets no company. Times: performance.now(). */
export type Message = {
  readonly entry: JournalEntry;
  readonly receives: number;
  readonly notBefore: number;
  readonly seenAt: number;
  readonly alone: boolean;
};

// A synchronous Lambda request holds 6 MB (Lambda quotas).
const maximumPayloadBytes = 6_000_000;

export const isDue = ({ notBefore }: Message): boolean => notBefore <= performance.now();

export const withinPayload = (messages: readonly Message[]): readonly Message[] => {
  let bytes = 0;
  const fitting = messages.findIndex(({ entry }) => {
    bytes += Buffer.byteLength(entry.text);
    return bytes > maximumPayloadBytes;
  });
  return fitting === -1 ? messages : messages.slice(0, Math.max(1, fitting));
};

/** Shape: Lambda guide, "Using Lambda with Amazon SQS". */
export const toSqsRecord = (queue: string, messageId: string, { entry, receives }: Message) => ({
  messageId,
  receiptHandle: messageId,
  body: entry.text,
  attributes: { ApproximateReceiveCount: String(receives + 1) },
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:local:000000000000:${queue}`,
  awsRegion: 'local',
});
