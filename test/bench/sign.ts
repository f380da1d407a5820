import { sign } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { PKPass } from 'passkit-generator';
import type { Card } from '#adapters/delivery/card.ts';
import { cardOf, certificates, identity, packageOf, TOKEN, zoe } from '#test/adapters/apple/support.ts';
import type { Benchmark } from './benchmark.ts';
import { consume, costs, measureInTurn, rate, type Subject, spread, timeRatio } from './measure.ts';
import type { Row, Spread } from './table.ts';

const PASSES = 600;
/** As the web service would have that many devices ask at once. */
const AT_ONCE = 16;
/** As many as there are threads that sign. */
const FEW_AT_ONCE = 4;
/** passkit-generator takes so much longer that fewer do. */
const THEIR_SHARE = 20;

export const signBenchmark: Benchmark = {
  name: 'sign',
  about: 'passes drawn, packed and signed, against RSA signatures alone and against passkit-generator',
  run: async ({ rounds, size }) => {
    const passes = size.members ?? PASSES;
    const subjects = await subjectsFor(passes);
    const samples = await measureInTurn(
      subjects.map(({ name, run }): Subject => ({ name, run: () => run(AT_ONCE) })),
      rounds,
    );
    const base = subjects[0]?.name ?? '';
    const rows = subjects.map(
      ({ name }): Row => ({
        variant: name,
        'CPU ms each': spread(costs(samples, name, 'cpuMs')),
        'of RSA alone, by CPU': name === base ? 1 : inverse(timeRatio(samples, name, base, 'cpuMs')),
        'a CPU second': rate(samples, name, 'cpuMs').median,
        'a second': rate(samples, name, 'wallMs').median,
      }),
    );
    const delays: Row[] = [];
    for (const subject of subjects) delays.push({ variant: subject.name, ...(await eventLoopDelay(subject)) });
    return {
      name: 'sign',
      tables: [
        { title: `${passes} at a turn, ${AT_ONCE} at once, RSA-2048 and SHA-1`, rows },
        {
          title: `how long others wait meanwhile: delay of the event loop in ms, ${FEW_AT_ONCE} at once`,
          rows: delays,
        },
      ],
    };
  },
};

/** How many for the time of one of the base, from how long one takes. */
const inverse = ({ median, min, max }: Spread): Spread => ({ median: 1 / median, min: 1 / max, max: 1 / min });

type Signing = { readonly name: string; readonly run: (atOnce: number) => Promise<number> };

const subjectsFor = async (passes: number): Promise<readonly Signing[]> => {
  const [make, { key }, { pass, intermediate }] = await Promise.all([packageOf(), identity(), certificates()]);
  const signInThread = promisify(sign);
  const content = Buffer.alloc(100, 1);
  const cards = Array.from({ length: passes }, (_, at) => benchCard(at));
  const files = Object.fromEntries(
    Object.entries(unzipSync(await make(benchCard(0), TOKEN)))
      .filter(([name]) => name !== 'manifest.json' && name !== 'signature')
      .map(([name, file]) => [name, Buffer.from(file)]),
  );
  const theirs = { wwdr: intermediate.certificate, signerCert: pass.certificate, signerKey: pass.key };
  return [
    { name: 'RSA alone, on the event loop', run: (atOnce) => many(passes, atOnce, () => sign('sha1', content, key)) },
    { name: 'RSA alone, in threads', run: (atOnce) => many(passes, atOnce, () => signInThread('sha1', content, key)) },
    {
      name: 'billfold: card to .pkpass',
      run: (atOnce) => many(passes, atOnce, (at) => make(cards[at] ?? benchCard(at), TOKEN)),
    },
    {
      name: 'passkit-generator: files to .pkpass',
      run: (atOnce) =>
        many(Math.ceil(passes / THEIR_SHARE), atOnce, () => new PKPass({ ...files }, theirs).getAsBuffer()),
    },
  ];
};

const benchCard = (at: number): Card =>
  cardOf({ ...zoe, memberNumber: `M-${100_000 + at}` }, { revision: at + 1, changed: ['tier.qualifyingSpend.amount'] });

/** Several at once, each of them one after the other; others may have their turn after each. */
const many = async (count: number, atOnce: number, make: (at: number) => unknown): Promise<number> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      consume(await make(next++));
      await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return count;
};

const eventLoopDelay = async ({ run }: Signing): Promise<Row> => {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await run(FEW_AT_ONCE);
  histogram.disable();
  const ms = (ns: number): number => ns / 1e6;
  return { median: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), longest: ms(histogram.max) };
};
