import { useMemo } from 'react';
import type { FlowGraph } from '../../../flow/graph.ts';
import type { FlowNow } from '../../../http/answers/flow.ts';
import { BoxButton } from './boxButton.tsx';
import { boxNow, edgePerSecond } from './boxNow.ts';
import { layoutOf, type Placed } from './layout.ts';
import classes from './picture.module.css';
import { useWidth } from './useWidth.ts';

export type PictureProps = {
  readonly graph: FlowGraph;
  readonly parts: FlowNow['parts'];
  readonly onOpen: (box: string) => void;
};

/** The topology, drawn: boxes to open, and between them what moves. */
export const Picture = ({ graph, parts, onOpen }: PictureProps) => {
  const [frame, width] = useWidth();
  const layout = useMemo(() => (width === null ? null : layoutOf(graph, width)), [graph, width]);
  return (
    <div ref={frame} className={classes.frame}>
      {layout !== null && (
        <section
          className={classes.picture}
          aria-label="The flow, from Salesforce to the wallets"
          style={px({ width: layout.width, height: layout.height })}
        >
          <svg className={classes.edges} width={layout.width} height={layout.height} aria-hidden="true">
            <defs>
              <marker
                id="flow-arrow"
                viewBox="0 0 6 6"
                refX="1"
                refY="3"
                markerWidth="6"
                markerHeight="6"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0,0 L6,3 L0,6 z" className={classes.head} />
              </marker>
            </defs>
            {graph.edges.map((edge, index) => (
              <Way
                key={`${edge.from} ${edge.to}`}
                path={layout.paths[index] ?? ''}
                perSecond={edgePerSecond(graph, edge, parts)}
              />
            ))}
          </svg>
          {graph.boxes.map((box) => (
            <BoxButton
              key={box.name}
              box={box}
              now={boxNow(box, parts)}
              next={nextOf(graph, box.name)}
              place={placeOf(layout.boxes.find(({ name }) => name === box.name))}
              onOpen={onOpen}
            />
          ))}
        </section>
      )}
    </div>
  );
};

/** Thicker the more passes: a pixel for every tenfold. */
const Way = ({ path, perSecond }: { readonly path: string; readonly perSecond: number }) => (
  <>
    <path d={path} className={classes.way} markerEnd="url(#flow-arrow)" />
    {perSecond > 0 && <path d={path} className={classes.moving} style={px({ thick: 2 + Math.log10(1 + perSecond) })} />}
  </>
);

const placeOf = (placed: Placed | undefined) =>
  placed === undefined ? {} : px({ x: placed.x, y: placed.y, width: placed.width, height: placed.height });

const px = (sizes: Readonly<Record<string, number>>): Record<`--${string}`, string> =>
  Object.fromEntries(Object.entries(sizes).map(([name, value]) => [`--${name}`, `${value}px`]));

const nextOf = ({ boxes, edges }: FlowGraph, from: string): readonly string[] =>
  edges.filter((edge) => edge.from === from).flatMap(({ to }) => boxes.find(({ name }) => name === to)?.label ?? []);
