import type { FlowGraph } from '../../../flow/graph.ts';
import type { FlowNow } from '../../../http/answers/flow.ts';
import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { attentionOf } from '../operate/attention.ts';
import { boxNow } from './boxNow.ts';
import { countText, stateText } from './inWords.ts';

export type Need = { readonly tone: 'bad' | 'warn'; readonly title: string; readonly href: string };

/** What somebody should look at, in a line each: what boxes show, then what no box does. */
export const needsOf = (graph: FlowGraph, parts: FlowNow['parts'], status: RuntimeStatus): readonly Need[] => [
  ...graph.boxes.flatMap((box): readonly Need[] => {
    const { dead, state } = boxNow(box, parts);
    const words = [
      ...(dead > 0 ? [`${countText(dead)} dead`] : []),
      ...(state === 'down' ? [(stateText(state, box.kind) ?? '').toLowerCase()] : []),
    ];
    return words.length === 0
      ? []
      : [{ tone: 'bad', title: `${box.label}: ${words.join(', ')}`, href: `?box=${encodeURIComponent(box.name)}` }];
  }),
  ...attentionOf(status).flatMap(({ tone, title, href }): readonly Need[] =>
    tone === 'info' || href === null || href === '/' ? [] : [{ tone, title, href }],
  ),
];
