import { Construct } from 'constructs';
import { type PipeProps, StreamPipe } from './pipe.ts';

/** From events to what each member's pass shows: every commit pokes the projector. */
export class Projection extends Construct {
  constructor(scope: Construct, id: string, props: Omit<PipeProps, 'buses'>) {
    super(scope, id);
    new StreamPipe(this, 'poke', { ...props, buses: {} });
  }
}
