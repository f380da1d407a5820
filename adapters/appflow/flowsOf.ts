import { declaredLoads, type Mapping } from '#domain/index.ts';

/** The flows whose runs together read all of an object. One of several: the mapping does not say which, a person has to. */
export type FlowsOf =
  | { readonly type: 'all'; readonly flows: readonly string[] }
  | { readonly type: 'oneOf'; readonly flows: readonly string[] }
  | { readonly type: 'none' };

/** The first full load that the mapping declares for the object, else the one flow that it names for it. */
export const flowsOf = (mapping: Mapping, object: string): FlowsOf => {
  const declared = declaredLoads(mapping).find((load) => load.object === object);
  if (declared !== undefined) return { type: 'all', flows: declared.flows };
  const flows = Object.keys(mapping.flows).filter((flow) => mapping.flows[flow] === object);
  if (flows.length === 0) return { type: 'none' };
  return { type: flows.length === 1 ? 'all' : 'oneOf', flows };
};
