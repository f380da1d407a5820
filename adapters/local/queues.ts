import { type DeadLetterQueueName, type QueueSourceDeclaration, topology, type WorkQueueName } from '../topology.ts';
import { functionNamed, type LocalFunctions, type Log } from './functions.ts';
import { type Journal, journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import type { Meter } from './meter.ts';
import { inPlaceOf } from './placed.ts';
import { type LocalQueue, localQueue } from './queue.ts';

export type LocalQueues = Readonly<Partial<Record<WorkQueueName, LocalQueue>>>;

/** The dead letters of queues, by name: queues may share them, and each journal has one writer. */
export const deadLettersIn = (table: LocalTable): ((name: DeadLetterQueueName) => Journal) => {
  const journals = new Map<DeadLetterQueueName, Journal>();
  return (name) => {
    const letters = journals.get(name) ?? journal({ table }, `queue#${name}`);
    journals.set(name, letters);
    return letters;
  };
};

export type LocalQueuesDeps = {
  readonly table: LocalTable;
  readonly functions: LocalFunctions;
  readonly deadLettersOf: (name: DeadLetterQueueName) => Journal;
  readonly log: Log;
  readonly meter: Meter;
};

/** The queues of the topology whose readers run here, with their readers. */
export const localQueues = ({ table, functions, deadLettersOf, log, meter }: LocalQueuesDeps): LocalQueues => {
  const sources: readonly QueueSourceDeclaration[] = Object.values(topology.queueSources);
  return Object.fromEntries(
    sources
      .filter(({ function: reader }) => !(reader in inPlaceOf))
      .map(({ queue, ...source }) => {
        const { maxReceiveCount, deadLetter } = topology.queues[queue];
        const handle = functionNamed(functions, source.function);
        const letters = deadLettersOf(deadLetter);
        return [
          queue,
          localQueue(
            { table, handle, deadLetters: letters, log, meter: meter.of(`queues/${queue}`) },
            { name: queue, maxReceiveCount, ...source },
          ),
        ];
      }),
  );
};
