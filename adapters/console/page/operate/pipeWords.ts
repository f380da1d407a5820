import type { PipeText } from '../../../http/answers/pipes.ts';

/** What a pipe is for, and what a pause of it means. */
export const PIPES: Readonly<Record<PipeText['name'], { readonly brings: string; readonly whilePaused: string }>> = {
  poke: {
    brings: 'Tells the projector of each new event, which folds it into the member’s pass.',
    whilePaused: 'Events are still taken in and recorded, but passes stay as they are until it is resumed.',
  },
  announce: {
    brings: 'Brings each new event to the domain bus, without personal facts.',
    whilePaused: 'Passes go on changing, but whoever listens to the domain bus hears nothing until it is resumed.',
  },
  publish: {
    brings: 'Brings each pass that changed to the wallet bus, and so to Apple, Google and webhooks.',
    whilePaused: 'Passes go on changing here, but no wallet and no webhook is told until it is resumed.',
  },
};
