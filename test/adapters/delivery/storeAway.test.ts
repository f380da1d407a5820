import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import { delivering, OK, oneStep } from '#test/support/delivering.ts';
import { inVirtualTime, START } from '#test/support/virtualTime.ts';

const away = TE.left({ type: 'StoreUnavailable', operation: 'any', reason: 'throttled' } as const);

test('a store that takes no claims is asked now and then, whatever waits, and goes on where it was', () =>
  inVirtualTime(async (time) => {
    let claims = 0;
    const { destination, requests } = oneStep(() => OK);
    const { store, accept } = delivering([destination]);
    const throttled: DeliveryStore = {
      ...store,
      claim: (...of) => {
        claims += 1;
        return Date.now() < START + 60_000 ? away : store.claim(...of);
      },
    };
    const { engine, lines } = delivering([destination], { store: throttled });
    engine.start();
    for (let member = 0; member < 500; member += 1) engine.accepted([await accept(`m-${member}`)]);
    await time.pass(START + 60_000 - Date.now());
    expect(claims).toBeGreaterThan(10);
    expect(claims).toBeLessThan(300);
    expect(lines.filter(({ type }) => type === 'StoreFailed').length).toBe(claims);
    expect(await time.until(() => requests.length === 500, 60_000)).toBe(true);
  }));
