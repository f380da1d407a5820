import { useMemo } from 'react';
import { type FlowGraph, flowGraph } from '../../../flow/graph.ts';
import type { FlowNow } from '../../../http/answers/flow.ts';
import { topology } from '../../../topology.ts';

/** The drawing of what is declared, with the destinations there are; the same one as long as these are the same. */
export const useFlowGraph = (flow: FlowNow | undefined): FlowGraph => {
  const destinations = flow?.destinations.join(' ') ?? '';
  return useMemo(() => flowGraph(topology, destinations === '' ? [] : destinations.split(' ')), [destinations]);
};
