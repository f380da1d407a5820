import type { FunctionName, RuleDeclaration, Topology } from '../topology.ts';

/** What a laptop has no part for, and what stands there in its place. All else of the topology runs here as it is declared. */
export const inPlaceOf = {
  split: 'the inbox reads files whole',
  loadPart: 'the inbox reads files whole',
  walk: 'jobs run in the process, one at a time',
  forget: 'it is done in the process, and gone on with every hour',
  watch: '/api/status',
  activate: 'there are no flows',
  rotateKey: 'the key is in a file of the data folder',
} as const satisfies Partial<Record<FunctionName, string>>;

/** Rules whose events come up here, to targets that are here. */
export const isPlacedHere = (
  { buses, queueSources }: Pick<Topology, 'buses' | 'queueSources'>,
  { bus, target }: RuleDeclaration,
): boolean => {
  if (buses[bus].owner !== 'billfold' || target.type === 'lake') return false;
  const readers =
    target.type === 'function'
      ? [target.function]
      : Object.values(queueSources)
          .filter(({ queue }) => queue === target.queue)
          .map((source) => source.function);
  return readers.every((name) => !(name in inPlaceOf));
};
