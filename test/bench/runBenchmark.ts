import { benchmarks } from './all.ts';
import type { Order } from './runApart.ts';

/** The process of one benchmark: asked by its argument, answers with a message. Ends with whoever asked. */
const { name, ...options }: Order = JSON.parse(process.argv[2] ?? '');
process.on('disconnect', () => process.exit(1));
const benchmark = benchmarks.find((candidate) => candidate.name === name);
if (benchmark === undefined) throw new Error(`no benchmark called ${name}`);
const report = await benchmark.run({ ...options, say: (line) => void process.stderr.write(`  ${line}\n`) });
process.send?.(report, () => process.exit());
