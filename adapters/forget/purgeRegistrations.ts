import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '#domain/index.ts';
import type { Registrations } from '../delivery/registrations.ts';

/** kept: devices that have not fetched the void pass: without their registration they never would. */
export type Purged = { readonly devices: number; readonly kept: number };

/** How long a phone that never asks is waited for, since the member asked. */
export const GIVE_UP_MS = 30 * 86_400_000;

/**
 * Registrations go once the device has fetched the void pass, or when it is too late to wait for it. The card stays, which has nothing personal left: older
 * revisions that are relayed late meet it, and change nothing.
 */
export const purgeRegistrations = async (
  registrations: Pick<Registrations, 'ofMember' | 'unregister'>,
  memberId: string,
  revision: number,
  isTooLate: boolean,
): Promise<E.Either<ReadFailure, Purged>> => {
  const devices = await registrations.ofMember(memberId)();
  if (E.isLeft(devices)) return devices;
  const hasFetched = ({ fetched }: (typeof devices.right)[number]): boolean => (fetched?.revision ?? 0) >= revision;
  const done = devices.right.filter((device) => isTooLate || hasFetched(device));
  for (const device of done) {
    const gone = await registrations.unregister(device)();
    if (E.isLeft(gone)) return gone;
  }
  return E.right({ devices: done.length, kept: devices.right.length - done.length });
};
