import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { pipeFailureText } from '#adapters/pipes/failure.ts';
import type { PipeControl } from '#adapters/pipes/pipeControl.ts';
import { got } from './given.ts';

/** What every control of the live pipes promises. `open` gives one over three running pipes. */
export const pipeControlContract = (name: string, open: () => Promise<PipeControl>): void => {
  const states = async (control: PipeControl) =>
    Object.fromEntries((await got(control.list)).map((pipe) => [pipe.name, `${pipe.desired} ${pipe.current}`]));
  const running = 'RUNNING RUNNING';
  const stopped = 'STOPPED STOPPED';

  describe(`${name} as a control of the live pipes`, () => {
    test('lists the pipes of the topology in its order: from where, to where, in which state', async () => {
      const control = await open();
      expect(await got(control.list)).toMatchObject([
        { name: 'poke', from: 'events table', to: 'projector', desired: 'RUNNING', current: 'RUNNING', reason: null },
        { name: 'announce', from: 'events table', to: 'announcer', current: 'RUNNING' },
        { name: 'publish', from: 'views table', to: 'wallet bus', current: 'RUNNING' },
      ]);
    });

    test('a pause resolves once the pipe is STOPPED, a resume once it is RUNNING; the others go on', async () => {
      const control = await open();
      expect(await got(control.pause('publish'))).toMatchObject({ name: 'publish', current: 'STOPPED', changed: true });
      expect(await states(control)).toEqual({ poke: running, announce: running, publish: stopped });
      expect(await got(control.resume('publish'))).toMatchObject({ current: 'RUNNING', changed: true });
      expect(await states(control)).toEqual({ poke: running, announce: running, publish: running });
    });

    test('what is so already is done, and changes nothing', async () => {
      const control = await open();
      expect(await got(control.resume('poke'))).toMatchObject({ current: 'RUNNING', changed: false });
      await got(control.pause('poke'));
      expect(await got(control.pause('poke'))).toMatchObject({ current: 'STOPPED', changed: false });
    });

    test('all of them can be turned side by side', async () => {
      const control = await open();
      await Promise.all(['poke', 'announce', 'publish'].map((pipe) => got(control.pause(pipe))));
      expect(await states(control)).toEqual({ poke: stopped, announce: stopped, publish: stopped });
      await Promise.all(['poke', 'announce', 'publish'].map((pipe) => got(control.resume(pipe))));
      expect(await states(control)).toEqual({ poke: running, announce: running, publish: running });
    });

    test.each(['pokes', '', 'constructor', '../poke'])(
      'there is no pipe %j: refused, with those that there are',
      async (other) => {
        const control = await open();
        for (const turn of [control.pause, control.resume]) {
          const turned = await turn(other)();
          expect(E.isLeft(turned) && pipeFailureText(turned.left)).toMatch(/poke, announce, publish|expected an id/);
        }
      },
    );
  });
};
