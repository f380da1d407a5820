import * as t from 'io-ts';
import { type DomainEvent, eventCodecs, Pass } from '#domain/index.ts';
import { Lane, Origin, orNull, pageOf } from './common.ts';
import { ParkedText } from './parked.ts';
import { StaleText } from './upkeep.ts';
import { ViewsText } from './views.ts';

const known = {
  memberId: t.string,
  /** Of the last event that was looked at. */
  version: t.number,
  evaluatedAt: t.string,
  views: ViewsText,
  pass: orNull(Pass),
};

/** revision: of the pass; 0: none was ever published. */
export const MemberNow = t.strict(
  {
    ...known,
    state: t.keyof({ provisional: null, active: null, withdrawn: null }),
    revision: t.number,
    stale: t.readonlyArray(StaleText),
    parked: t.readonlyArray(ParkedText),
  },
  'MemberNow',
);
export type MemberNow = t.TypeOf<typeof MemberNow>;

/** As it was known at an instant, or after a version. */
export const MemberThen = t.strict(
  { ...known, state: t.keyof({ provisional: null, active: null, withdrawn: null }) },
  'MemberThen',
);
export type MemberThen = t.TypeOf<typeof MemberThen>;

const [first, second, ...rest] = Object.values(eventCodecs) as unknown as readonly t.Type<DomainEvent>[];

/** An event of a stream, and what its commit says of it. */
export const RecordedEvent = t.intersection(
  [
    t.type({ version: t.number, recordedAt: t.string, origin: Origin, lane: Lane }),
    t.union([first, second, ...rest] as [t.Type<DomainEvent>, t.Type<DomainEvent>, ...t.Type<DomainEvent>[]]),
  ],
  'RecordedEvent',
);
export type RecordedEvent = t.TypeOf<typeof RecordedEvent>;
export const RecordedEvents = pageOf(RecordedEvent, 'RecordedEvents');
