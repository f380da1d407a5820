import { homeOf, targetHome } from './homes.ts';
import { type Declared, type Part, type PartId, type PartKind, partsOf } from './parts.ts';
import { mains, words } from './words.ts';

export type BoxKind = 'source' | 'work' | 'store' | 'bus' | 'outside';

/** Parts that a newcomer takes for one. main: the part whose numbers head it, in `unit`. */
export type Box = {
  readonly name: string;
  readonly kind: BoxKind;
  readonly label: string;
  readonly does: string;
  readonly unit: string;
  readonly main: PartId;
  readonly parts: readonly Part[];
};

/** by: the parts that move what goes this way. */
export type Edge = { readonly from: string; readonly to: string; readonly by: readonly PartId[] };
/** Boxes stand in the order in which things flow. */
export type FlowGraph = { readonly boxes: readonly Box[]; readonly edges: readonly Edge[] };

/** The topology as it is drawn: every part in a box, every way from part to part an edge between boxes. destinations: of the middleware, by name. */
export const flowGraph = (topology: Declared, destinations: readonly string[]): FlowGraph => {
  const declared = Map.groupBy(partsOf(topology), ({ id }) => homeOf(topology, id));
  const outside = destinations.map((name): readonly [string, readonly Part[]] => {
    const part = destinationPart(name);
    // A webhook may be called like a box.
    return [declared.has(name) ? part.id : name, [part]];
  });
  const boxes = [...declared, ...outside].map(([name, parts]) => boxOf(name, parts));
  const ways = [...rulesOf(topology), ...pipesOf(topology), ...writesOf(topology), ...deliveriesTo(outside)];
  const edges = joined(ways);
  return { boxes: inFlowOrder(boxes, edges), edges };
};

/** By its own name, else the one with a part of that name: so every part has an address. */
export const boxNamed = ({ boxes }: FlowGraph, name: string): Box | null =>
  boxes.find((box) => box.name === name) ??
  boxes.find(({ parts }) => parts.some((part) => part.name === name || part.id === name)) ??
  null;

const destinationPart = (name: string): Part => ({
  ...{ id: `destinations/${name}` as const, kind: 'destinations', name },
  instead: null,
});

const boxOf = (name: string, parts: readonly Part[]): Box => {
  const first = parts.find(({ instead }) => instead === null) ?? parts[0];
  if (first === undefined) throw new Error(`the box ${name} is empty`);
  const main = parts.find(({ id }) => id === mains[name]) ?? first;
  const said = Object.hasOwn(words, name) ? words[name] : undefined;
  return { name, ...(said ?? wordsFor(name, main)), main: main.id, parts };
};

const wordsFor = (box: string, { kind, name }: Part) =>
  kind === 'destinations'
    ? { kind: 'outside' as const, label: name, does: 'Told of passes by a webhook.', unit: 'delivered' }
    : { kind: KINDS[kind] ?? ('work' as const), label: box, does: '', unit: 'items' };

const KINDS: Readonly<Partial<Record<PartKind, BoxKind>>> = { buses: 'bus', buckets: 'source', tables: 'store' };

type Way = { readonly from: string; readonly to: string | undefined; readonly by: PartId };

/** From a bus to what its rules name, where those rules are run. */
const rulesOf = (topology: Declared): readonly Way[] =>
  partsOf(topology).flatMap(({ kind, name, id, instead }) => {
    const rule = kind === 'rules' && instead === null ? topology.rules[name] : undefined;
    return rule === undefined ? [] : [{ from: rule.bus, to: targetHome(topology, rule.target), by: id }];
  });

/** From the table whose stream it reads to the target. */
const pipesOf = (topology: Declared): readonly Way[] =>
  Object.entries(topology.pipes).map(([name, { source, target }]) => ({
    from: homeOf(topology, `tables/${source.table}`),
    to: targetHome(topology, target),
    by: `pipes/${name}` as const,
  }));

/** From a function to the tables that it may write and that others follow. */
const writesOf = (topology: Declared): readonly Way[] =>
  Object.entries(topology.functions).flatMap(([name, { tables }]) =>
    Object.entries(tables)
      .filter(
        ([table, access]) => isFollowed(topology, table) && access.some((one) => one === 'append' || one === 'write'),
      )
      .map(([table]) => ({
        from: homeOf(topology, `functions/${name}`),
        to: homeOf(topology, `tables/${table}`),
        by: `functions/${name}` as const,
      })),
  );

const isFollowed = ({ pipes }: Declared, table: string): boolean =>
  Object.values(pipes).some(({ source }) => source.table === table);

const deliveriesTo = (boxes: readonly (readonly [string, readonly Part[]])[]): readonly Way[] =>
  boxes.flatMap(([to, parts]) => parts.map(({ id }) => ({ from: 'middleware', to, by: id })));

/** One edge between two boxes, however many ways there are. */
const joined = (ways: readonly Way[]): readonly Edge[] => {
  const edges = new Map<string, Edge>();
  for (const { from, to, by } of ways) {
    if (to === undefined || from === to) continue;
    const known = edges.get(`${from} ${to}`);
    edges.set(`${from} ${to}`, { from, to, by: [...(known?.by ?? []), by] });
  }
  return [...edges.values()];
};

/** Nothing stands before what it comes from; of those that could come next, the one declared first. */
const inFlowOrder = (boxes: readonly Box[], edges: readonly Edge[]): readonly Box[] => {
  const ordered: Box[] = [];
  let rest = boxes;
  while (rest.length > 0) {
    const waits = ({ name }: Box): boolean =>
      edges.some(({ from, to }) => to === name && rest.some((box) => box.name === from));
    const next = rest.find((box) => !waits(box)) ?? rest[0];
    if (next === undefined) break;
    ordered.push(next);
    rest = rest.filter((box) => box !== next);
  }
  return ordered;
};
