import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** Callers that go away in the middle of what they say, or before they are answered; some leave the line open. */
export const callersHangUp: Fault = {
  name: 'callers hang up in the middle',
  strike: async ({ system, random, history }) => {
    const { port } = system.place;
    for (let times = 20; times > 0; times -= 1) {
      const item = random.pick(history.filter(({ type }) => type === 'event'));
      if (item.type !== 'event') continue;
      const body = JSON.stringify({ Entries: [item.entry] });
      const caller = connect(port, '127.0.0.1');
      caller.on('error', () => undefined);
      await once(caller, 'connect');
      const head = [
        ...['POST /eventbridge HTTP/1.1', `Host: 127.0.0.1:${port}`, 'X-Amz-Target: AWSEvents.PutEvents'],
        ...['Content-Type: application/x-amz-json-1.1', `Content-Length: ${Buffer.byteLength(body)}`],
      ];
      const said = `${head.join('\r\n')}\r\n\r\n${body}`;
      caller.write(said.slice(0, random.int(1, said.length)));
      await setTimeout(random.int(0, 10));
      caller.destroy();
    }
  },
};
