import { Construct } from 'constructs';
import { type PipeProps, StreamPipe } from './pipe.ts';

/** From events to what each member's pass shows: every commit pokes the projector. */
export class Projection extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { hasPipes, ...props }: Omit<PipeProps, 'buses'> & { readonly hasPipes: boolean },
  ) {
    super(scope, id);
    if (hasPipes) new StreamPipe(this, 'poke', { ...props, buses: {} });
  }
}
