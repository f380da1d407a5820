import { type DeadLetterQueueName, type PipeName, type QueueName, topology, type WorkQueueName } from '../topology.ts';

/** What was given up, and a way back to where it came from. */
export type DeadLetters = {
  /** The newest of each queue: what they are, never what is in them. */
  readonly list: () => Promise<readonly DeadLetter[]>;
  /**
   * Sends back what lies in a queue now, once. A letter is removed when it is with whom it is for: killed in between, it is there twice, and what is done
   * twice changes nothing. What fails again comes back, with its reason.
   */
  readonly redrive: (queue: DeadLetterQueueName) => Promise<Redriven>;
};

export type DeadLetter = {
  readonly queue: DeadLetterQueueName;
  readonly id: string;
  /** The queue, pipe, rule or schedule that gave it up; null: it does not say. */
  readonly from: string | null;
  readonly tries: number | null;
  readonly reason: string | null;
  readonly diedAt: string | null;
};

/** left: what stays, and why. */
export type Redriven = {
  readonly queue: DeadLetterQueueName;
  readonly sentBack: number;
  readonly left: readonly { readonly id: string; readonly reason: string }[];
};

export const deadLetterQueues: readonly DeadLetterQueueName[] = Object.entries(topology.queues).flatMap(
  ([name, { type }]) => (type === 'deadLetter' ? [name as DeadLetterQueueName] : []),
);

export const deadLetterQueueNamed = (name: string): DeadLetterQueueName | null =>
  deadLetterQueues.find((queue) => queue === name) ?? null;

/** The one queue whose letters lie there; null: there is none, or more than one. */
export const queueBefore = (dead: DeadLetterQueueName): WorkQueueName | null => {
  const [queue, ...others] = Object.entries(topology.queues).flatMap(([name, declared]) =>
    declared.type === 'work' && declared.deadLetter === dead ? [name as WorkQueueName] : [],
  );
  return queue === undefined || others.length > 0 ? null : queue;
};

/** The pipe whose records lie there; null: there is none. */
export const pipeBefore = (dead: DeadLetterQueueName): PipeName | null =>
  pipeNames.find((name) => topology.pipes[name].source.deadLetter === dead) ?? null;

const pipeNames = Object.keys(topology.pipes) as readonly PipeName[];

/** Where a message of the relay's goes: by the lane that its event names. */
export const relayQueueOf = (body: string): WorkQueueName => {
  try {
    return JSON.parse(body).detail.metadata.lane === 'bulk' ? 'relayBulk' : 'relayLive';
  } catch {
    return 'relayLive';
  }
};

/** Where what a rule of that name could not hand over should have gone; null: to no queue, or nobody knows the rule. */
export const queueOfRule = (rule: string): QueueName | null => {
  const declared = Object.entries(topology.rules).find(([name]) => name === rule)?.[1];
  return declared?.target.type === 'queue' ? declared.target.queue : null;
};
