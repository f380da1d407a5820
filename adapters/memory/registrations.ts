import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock } from '#domain/index.ts';
import { DEVICES_OF_PASS, PASSES_OF_DEVICE, type Registration, type Registrations } from '../delivery/registrations.ts';

/** Which passes are on which devices, as a specification. */
export const memoryRegistrations = ({ clock }: { readonly clock: Clock }): Registrations => {
  let all: readonly Registration[] = [];
  const isOf =
    (of: Pick<Registration, 'deviceId' | 'memberId'>) =>
    ({ deviceId, memberId }: Registration): boolean =>
      deviceId === of.deviceId && memberId === of.memberId;
  const ofDevice = (deviceId: string) => all.filter((registration) => registration.deviceId === deviceId);
  const ofMember = (memberId: string) => all.filter((registration) => registration.memberId === memberId);
  const remove = (gone: readonly Registration[]): boolean => {
    all = all.filter((registration) => !gone.includes(registration));
    return gone.length > 0;
  };

  return {
    register: ({ deviceId, memberId, pushToken }) =>
      TE.fromIO(() => {
        const known = all.find(isOf({ deviceId, memberId }));
        if (known === undefined && ofDevice(deviceId).length >= PASSES_OF_DEVICE) return 'Full';
        const others = ofMember(memberId).filter((other) => other !== known);
        const oldestFirst = others.toSorted((a, b) => a.registeredAt - b.registeredAt);
        remove([...(known === undefined ? [] : [known]), ...oldestFirst.slice(0, -(DEVICES_OF_PASS - 1))]);
        const seen = { listed: known?.listed ?? null, fetched: known?.fetched ?? null };
        all = [...all, { deviceId, memberId, pushToken, registeredAt: clock(), ...seen }];
        return known === undefined ? 'Registered' : 'Known';
      }),
    unregister: (of) => TE.fromIO(() => remove(all.filter(isOf(of)))),
    ofDevice: (deviceId) => TE.fromIO(() => ofDevice(deviceId)),
    ofMember: (memberId) => TE.fromIO(() => ofMember(memberId)),
    saw: (of, what, revision) =>
      TE.fromIO(() => {
        all = all.map((registration) =>
          isOf(of)(registration) && revision > (registration[what]?.revision ?? -1)
            ? { ...registration, [what]: { revision, at: clock() } }
            : registration,
        );
      }),
    retire: ({ pushToken, ...of }, before) =>
      TE.fromIO(() =>
        remove(
          all
            .filter(isOf(of))
            .filter((known) => known.pushToken === pushToken && (before === null || known.registeredAt < before)),
        ),
      ),
  };
};
