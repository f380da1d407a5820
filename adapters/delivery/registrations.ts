import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EpochMs, ReadFailure, StoreUnavailable } from '#domain/index.ts';

/** A pass on a device, as Apple's web service registers it. Device ids are secrets of the devices, and change. */
export type Registration = {
  readonly deviceId: string;
  readonly memberId: string;
  readonly pushToken: string;
  readonly registeredAt: EpochMs;
  /** The revision that the device was last told is there, by its own asking; null: it never asked. */
  readonly listed: Seen | null;
  /** The revision that it fetched; where several devices hold the pass, as far as that can be told. */
  readonly fetched: Seen | null;
};
export type Seen = { readonly revision: number; readonly at: EpochMs };

/** Most devices that one pass is on, and passes on one device. Phones have been seen to register by the hundred under new ids: the oldest give way. */
export const DEVICES_OF_PASS = 20;
export const PASSES_OF_DEVICE = 50;

/** What Apple's web service keeps. A registration is there from both sides or from none. */
export type Registrations = {
  /** Known: that device had it; its push token is the new one from now on, and it counts as made now. Full: the device holds too many passes. */
  readonly register: (
    registration: Pick<Registration, 'deviceId' | 'memberId' | 'pushToken'>,
  ) => TaskEither<ReadFailure, 'Registered' | 'Known' | 'Full'>;
  /** False: it was not there. */
  readonly unregister: (of: Pick<Registration, 'deviceId' | 'memberId'>) => TaskEither<StoreUnavailable, boolean>;
  readonly ofDevice: (deviceId: string) => TaskEither<ReadFailure, readonly Registration[]>;
  readonly ofMember: (memberId: string) => TaskEither<ReadFailure, readonly Registration[]>;
  /** Never back to an older revision. Nothing happens where it is not registered any more. */
  readonly saw: (
    of: Pick<Registration, 'deviceId' | 'memberId'>,
    what: 'listed' | 'fetched',
    revision: number,
  ) => TaskEither<StoreUnavailable, void>;
  /** Takes the registration away if it still has that token and was made before that time: a partner said the token is gone. */
  readonly retire: (
    of: Pick<Registration, 'deviceId' | 'memberId' | 'pushToken'>,
    before: EpochMs | null,
  ) => TaskEither<StoreUnavailable, boolean>;
};
