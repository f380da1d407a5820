import { describe, expect, test } from 'vitest';
import { DEVICES_OF_PASS, PASSES_OF_DEVICE, type Registrations } from '#adapters/delivery/registrations.ts';
import { got } from './given.ts';

/** What whoever keeps the registrations of Apple's web service promises. `open` gives empty ones, whose clock ticks at every look. */
export const registrationsContract = (name: string, open: () => Promise<Registrations>): void => {
  const phone = { deviceId: 'phone', memberId: 'm-1' };
  const withToken = (pushToken: string) => ({ ...phone, pushToken });
  const other = { deviceId: 'watch', memberId: 'm-1', pushToken: 't-watch' };

  describe(`${name} as registrations`, () => {
    test('a registration is there from both sides, and gone from both', async () => {
      const store = await open();
      expect(await got(store.register(withToken('t-1')))).toBe('Registered');
      expect(await got(store.register(other))).toBe('Registered');
      const known = { ...withToken('t-1'), registeredAt: expect.any(Number), listed: null, fetched: null };
      expect(await got(store.ofDevice('phone'))).toEqual([known]);
      expect(await got(store.ofMember('m-1'))).toHaveLength(2);
      expect(await got(store.unregister(phone))).toBe(true);
      expect(await got(store.unregister(phone))).toBe(false);
      expect(await got(store.ofDevice('phone'))).toEqual([]);
      expect(await got(store.ofMember('m-1'))).toMatchObject([other]);
    });

    test('a device that registers again is known, has its new token, and keeps what it saw', async () => {
      const store = await open();
      await got(store.register(withToken('t-1')));
      await got(store.saw(phone, 'fetched', 3));
      const [before] = await got(store.ofMember('m-1'));
      expect(await got(store.register(withToken('t-2')))).toBe('Known');
      const [after] = await got(store.ofDevice('phone'));
      expect(after).toMatchObject({ pushToken: 't-2', fetched: { revision: 3 } });
      expect(after?.registeredAt).toBeGreaterThan(before?.registeredAt ?? 0);
      expect(await got(store.ofMember('m-1'))).toEqual([after]);
    });

    test('what a device saw never goes back, and is nothing where it is not registered', async () => {
      const store = await open();
      await got(store.saw(phone, 'listed', 3));
      expect(await got(store.ofMember('m-1'))).toEqual([]);
      await got(store.register(withToken('t-1')));
      for (const revision of [4, 2]) await got(store.saw(phone, 'listed', revision));
      await got(store.saw(phone, 'fetched', 1));
      expect(await got(store.ofDevice('phone'))).toMatchObject([
        { listed: { revision: 4, at: expect.any(Number) }, fetched: { revision: 1, at: expect.any(Number) } },
      ]);
    });

    test('of a pass on too many devices the oldest gives way, on both sides', async () => {
      const store = await open();
      for (let index = 0; index <= DEVICES_OF_PASS; index++)
        await got(store.register({ deviceId: `d-${index}`, memberId: 'm-1', pushToken: 't' }));
      const devices = (await got(store.ofMember('m-1'))).map(({ deviceId }) => deviceId);
      expect(devices).toHaveLength(DEVICES_OF_PASS);
      expect(devices).not.toContain('d-0');
      expect(await got(store.ofDevice('d-0'))).toEqual([]);
      expect(await got(store.ofDevice('d-1'))).toHaveLength(1);
    });

    test('a device with too many passes is full, but what it has it may register again', async () => {
      const store = await open();
      for (let index = 0; index < PASSES_OF_DEVICE; index++)
        await got(store.register({ ...withToken('t'), memberId: `m-${index}` }));
      expect(await got(store.register({ ...withToken('t'), memberId: 'm-more' }))).toBe('Full');
      expect(await got(store.ofMember('m-more'))).toEqual([]);
      expect(await got(store.register({ ...withToken('t-2'), memberId: 'm-7' }))).toBe('Known');
      expect(await got(store.ofDevice('phone'))).toHaveLength(PASSES_OF_DEVICE);
    });

    test('a token that is gone retires the registration that has it, unless it was made since', async () => {
      const store = await open();
      await got(store.register(withToken('t-1')));
      const [known] = await got(store.ofMember('m-1'));
      const registeredAt = known?.registeredAt ?? 0;
      expect(await got(store.retire(withToken('t-other'), null))).toBe(false);
      expect(await got(store.retire(withToken('t-1'), registeredAt))).toBe(false);
      expect(await got(store.retire({ ...withToken('t-1'), deviceId: 'none' }, null))).toBe(false);
      expect(await got(store.retire(withToken('t-1'), registeredAt + 1))).toBe(true);
      expect(await got(store.ofDevice('phone'))).toEqual([]);
      expect(await got(store.ofMember('m-1'))).toEqual([]);
      await got(store.register(withToken('t-1')));
      expect(await got(store.retire(withToken('t-1'), null))).toBe(true);
    });
  });
};
