import { type CSSProperties, useMemo } from 'react';
import type { FlowGraph } from '../../../flow/graph.ts';
import type { FlowNow } from '../../../http/answers/flow.ts';
import { BoxButton } from './boxButton.tsx';
import { boxNow, edgePerSecond } from './boxNow.ts';
import { layoutOf, type Placed } from './layout.ts';
import classes from './picture.module.css';
import { LETTERS, useWidth } from './useWidth.ts';

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
          style={sizes({ width: layout.width, height: layout.height })}
        >
          <svg className={classes.edges} viewBox={`0 0 ${layout.width} ${layout.height}`} aria-hidden="true">
            <defs>
              <marker
                id="flow-arrow"
                viewBox="0 0 8 8"
                refX="1"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0,0 L8,4 L0,8 z" className={classes.head} />
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
    {perSecond > 0 && (
      <path
        d={path}
        className={classes.moving}
        style={{ '--thick': 2.5 + Math.log10(1 + perSecond) } as CSSProperties}
      />
    )}
  </>
);

const placeOf = (placed: Placed | undefined) =>
  placed === undefined ? {} : sizes({ x: placed.x, y: placed.y, width: placed.width, height: placed.height });

/** They grow with the letters. */
const sizes = (of: Readonly<Record<string, number>>): Record<`--${string}`, string> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [`--${name}`, `${value / LETTERS}rem`]));

const nextOf = ({ boxes, edges }: FlowGraph, from: string): readonly string[] =>
  edges.filter((edge) => edge.from === from).flatMap(({ to }) => boxes.find(({ name }) => name === to)?.label ?? []);
