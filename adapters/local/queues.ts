import { type QueueSourceDeclaration, topology, type WorkQueueName } from '../topology.ts';
import { functionNamed, type LocalFunctions, type Log } from './functions.ts';
import { type Journal, journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import { inPlaceOf } from './placed.ts';
import { type LocalQueue, localQueue } from './queue.ts';

export type LocalQueues = Readonly<Partial<Record<WorkQueueName, LocalQueue>>>;

/** The queues of the topology whose readers run here, with their readers. Queues may share their dead letters. */
export const localQueues = ({
  table,
  functions,
  log,
}: {
  readonly table: LocalTable;
  readonly functions: LocalFunctions;
  readonly log: Log;
}): LocalQueues => {
  const deadLetters = new Map<string, Journal>();
  const deadLettersOf = (name: string): Journal => {
    const letters = deadLetters.get(name) ?? journal({ table }, `queue#${name}`);
    deadLetters.set(name, letters);
    return letters;
  };
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
          localQueue({ table, handle, deadLetters: letters, log }, { name: queue, maxReceiveCount, ...source }),
        ];
      }),
  );
};
