import type { Lane, Origin } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { DomainEvent } from './events.ts';
import type { Commit, Head } from './stream.ts';

/** An append: events that follow a head. */
export type Append = {
  readonly head: Head;
  readonly events: readonly DomainEvent[];
  readonly recordedAt: EpochMs;
  readonly origin: Origin;
  readonly lane: Lane;
};

/** The commit that an append makes where nobody was faster. */
export const commitOf = ({ head, ...rest }: Append): Commit => ({
  stream: head.stream,
  version: head.version + 1,
  ...rest,
});
