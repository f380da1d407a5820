import { describe, expect, it } from 'vitest';
import { type BehindDeps, roomBehind, UNDER_WAY } from '#adapters/local/roomBehind.ts';

const busy: BehindDeps['working'] = () => 'busy';
/** Whether it has room by now. */
const asking = (untilRoom: () => Promise<void>) => {
  const asked = { hasRoom: false };
  void untilRoom().then(() => {
    asked.hasRoom = true;
  });
  return asked;
};
const aMoment = () => new Promise((resolve) => setImmediate(resolve));

describe('who writes in bulk', () => {
  it('goes on while less than the most is still to be done', async () => {
    const behind = roomBehind({ most: 3, working: busy });
    behind.wrote(2);
    const asked = asking(behind.untilRoom);
    await aMoment();
    expect(asked.hasRoom).toBe(true);
  });

  it('waits where the most is, until enough of it is done', async () => {
    const behind = roomBehind({ most: 3, working: busy });
    behind.wrote(5);
    const askers = [asking(behind.untilRoom), asking(behind.untilRoom)];
    behind.handled(2);
    await aMoment();
    expect(askers).toEqual([{ hasRoom: false }, { hasRoom: false }]);
    behind.handled(1);
    await aMoment();
    expect(askers).toEqual([{ hasRoom: true }, { hasRoom: true }]);
  });

  it('does not wait for what somebody holds', async () => {
    const behind = roomBehind({ most: 3, working: () => 'held' });
    behind.wrote(4 + UNDER_WAY);
    await behind.untilRoom();
    expect(behind.beyond()).toBe(0);
  });

  it('finds room where all is done, whatever was counted', async () => {
    const behind = roomBehind({ most: 3, working: () => 'idle' });
    behind.wrote(4 + UNDER_WAY);
    await behind.untilRoom();
    expect(behind.beyond()).toBe(0);
  });

  it('is no further ahead for what was done twice', () => {
    const behind = roomBehind({ most: 0, working: busy });
    behind.wrote(1);
    behind.handled(2);
    behind.wrote(1 + UNDER_WAY);
    expect(behind.beyond()).toBe(1);
  });
});

describe('who waits for nobody', () => {
  it('is counted from where bulk has to wait, and what that has under way then', () => {
    const behind = roomBehind({ most: 3, working: busy });
    behind.wrote(3 + UNDER_WAY);
    expect(behind.beyond()).toBe(0);
    behind.wrote(4);
    expect(behind.beyond()).toBe(4);
    behind.handled(2);
    expect(behind.beyond()).toBe(2);
  });
});
