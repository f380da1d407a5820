import type { Box, FlowGraph } from '../../../flow/graph.ts';
import type { FlowNow } from '../../../http/answers/flow.ts';
import { boxNow } from '../flow/boxNow.ts';

/** A box that cannot do its work, or a destination with deliveries that were given up on. dead: of these; what queues gave up is in the status. */
export type Trouble = {
  readonly box: Pick<Box, 'name' | 'label' | 'kind'>;
  readonly dead: number;
  readonly isDown: boolean;
};

export const troublesOf = ({ boxes }: FlowGraph, parts: FlowNow['parts']): readonly Trouble[] =>
  boxes
    .map((box): Trouble => {
      const { dead, state } = boxNow(box, parts);
      return { box, dead: box.kind === 'outside' ? dead : 0, isDown: state === 'down' };
    })
    .filter(({ dead, isDown }) => dead > 0 || isDown);
