import * as t from 'io-ts';
import type { SeenCall } from '../../local/standIns/google.ts';
import { orNull } from './common.ts';

/** A pass on a phone. phone: as `billfold deliveries` names it. shows: what stands on its front, by label. */
export const PhoneText = t.strict(
  {
    phone: t.string,
    memberId: t.string,
    /** Files that it got. */
    fetched: t.number,
    lastModified: t.string,
    shows: t.readonly(t.record(t.string, t.unknown)),
  },
  'PhonePass',
);
export type PhoneText = t.TypeOf<typeof PhoneText>;
export const AddedPhone = t.strict({ items: t.readonlyArray(PhoneText) }, 'AddedPhone');

/** phone null: it is not there any more. status null: nothing was answered. connection: the how manieth. */
const Push = t.strict(
  { at: t.string, phone: orNull(t.string), connection: t.number, status: orNull(t.number) },
  'SeenPush',
);

/** What stands in for Apple, Google and phones: the last of what each saw. faults: ordered and not yet befallen. */
export const StandInsSeen = t.strict(
  {
    phones: t.readonlyArray(PhoneText),
    apns: t.strict({
      url: t.string,
      connections: t.number,
      mostStreams: t.number,
      faults: t.number,
      pushes: t.readonlyArray(Push),
    }),
    google: t.strict({
      url: t.string,
      objects: t.number,
      calls: t.readonlyArray(
        t.strict(
          { at: t.string, call: t.string, id: orNull(t.string), status: t.number } satisfies Record<
            keyof SeenCall,
            t.Mixed
          >,
          'SeenCall',
        ),
      ),
    }),
  },
  'StandIns',
);
