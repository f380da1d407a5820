import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileKeys } from '#adapters/keys/fileKeys.ts';
import { connectServices } from '#adapters/services.ts';
import { retail } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { evenHistory, type Written, writeHistories } from './history.ts';
import type { ReplayMark, ReplayOrder } from './millionReplay.ts';
import { EXTRACTION, inTemporaryDirectory } from './rows.ts';
import { type BenchServer, withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_EVENTS = 1_000_000;
const COMMITS_OF_A_MEMBER = 10;
const EVENTS_OF_A_COMMIT = 5;

/** A replay of a large log by a process of its own: how fast it is, and whether its memory grows with the log. */
export const million: Benchmark = {
  name: 'million',
  about: 'memory and speed of a replay of a million events, from nothing and then again',
  run: ({ size, say }) =>
    inTemporaryDirectory((directory) =>
      withServer(join(directory, 'bench.db'), async (server) => {
        const members = Math.ceil((size.events ?? DEFAULT_EVENTS) / (COMMITS_OF_A_MEMBER * EVENTS_OF_A_COMMIT));
        const keyFile = join(directory, 'keys.jsonl');
        const { prefix } = await server.freshTables();
        const { dynamodb } = server.connect();
        const clock = () => EXTRACTION.at;
        const { records } = connectServices({ dynamodb, prefix, keys: fileKeys(keyFile), clock, mapping: retail });
        const history = evenHistory(COMMITS_OF_A_MEMBER, EVENTS_OF_A_COMMIT);
        const startedAtMs = performance.now();
        const written = await writeHistories(records, members, history, EXTRACTION.at);
        say(`${written.events} events written in ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
        const order = { endpoint: server.endpoint, prefix, keyFile, ...written };
        const fromNothing = await replayed(server, { ...order, rebuilt: members }, say);
        const again = await replayed(server, { ...order, rebuilt: 0 }, say);
        return {
          name: 'million',
          tables: [
            {
              title: `${written.events} events in ${written.commits} commits of ${members} members`,
              rows: [
                rowOf('from nothing: every LIVE written', written, fromNothing),
                rowOf('again: nothing differs', written, again),
              ],
            },
          ],
        };
      }),
    ),
};

type Replayed = { readonly marks: readonly ReplayMark[]; readonly serverMs: number | null };

/** By another process: what this one remembers of the writing is not in its memory. */
const replayed = async (server: BenchServer, order: ReplayOrder, say: (line: string) => void): Promise<Replayed> => {
  const before = server.cpuMs();
  const child = fork(new URL('./millionReplay.ts', import.meta.url), [JSON.stringify(order)]);
  const marks: ReplayMark[] = [];
  child.on('message', (mark: ReplayMark) => {
    marks.push(mark);
    say(`${mark.percent} %: peak RSS ${Math.round(mark.peakRssMb)} MB after ${Math.round(mark.wallMs / 1000)} s`);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('the process that replays failed');
  const after = server.cpuMs();
  return { marks, serverMs: before === null || after === null ? null : after - before };
};

const rowOf = (variant: string, { events }: Written, { marks, serverMs }: Replayed): Row => {
  const last = marks.at(-1);
  if (last === undefined) throw new Error('the process that replays said nothing');
  return {
    variant,
    ...Object.fromEntries(marks.map(({ percent, peakRssMb }) => [`peak RSS at ${percent} %, MB`, peakRssMb])),
    'wall s': last.wallMs / 1000,
    'events/s': (1000 * events) / last.wallMs,
    'events/CPU s': (1000 * events) / last.cpuMs,
    'server CPU s': serverMs === null ? 'unknown' : serverMs / 1000,
  };
};
