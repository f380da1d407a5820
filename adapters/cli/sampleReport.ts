import type { Counts } from '../http/answers/status.ts';
import type { Runtime } from '../local/runtime.ts';
import { type Bar, progressBar } from './bar.ts';
import { note } from './print.ts';

/** While the sample year is read: a bar, or without a terminal a line now and then. Then what it came to, published passes included. */
export const reportSample = async (runtime: Runtime, bar: Bar | null, startedAt: number): Promise<void> => {
  let isShown = false;
  let loaded: { readonly at: number; readonly events: number } | null = null;
  for (let saidAt = startedAt; ; await pause(REPORT_EVERY_MS)) {
    const { sample, counts, idle } = await runtime.status();
    if (sample.type === 'none') return bar?.stop();
    if (sample.type === 'loading') {
      // Stopped at Ctrl-C, it is not drawn again.
      if (isShown && bar?.isActive() !== true) return;
      if (!isShown) bar?.start(sample.steps, sample.step, { counts: '' });
      isShown = bar !== null;
      bar?.setTotal(sample.steps);
      bar?.update(sample.step, { counts: describe(counts) });
      if (bar !== null || performance.now() - saidAt < LINE_EVERY_MS) continue;
      saidAt = performance.now();
      note(`sample year: ${describe(counts)}`);
      continue;
    }
    bar?.update(bar.getTotal(), { counts: describe(counts) });
    loaded ??= { at: performance.now(), events: counts.eventsAppended };
    // Changes trickle in already: the service may not come to rest between them.
    if (!idle && performance.now() - loaded.at < SETTLE_MS) continue;
    bar?.stop();
    if (loaded.events < FEW_EVENTS) return note('The sample org is there already. Changes trickle in.\n');
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    return note(`\nThe sample year in ${seconds} s: ${describe(counts)}.\nFrom here on changes trickle in.\n`);
  }
};

export const sampleBar = (): Bar | null => progressBar('sample year {bar} {percentage} %  {counts}');

const REPORT_EVERY_MS = 250;
const LINE_EVERY_MS = 2_000;
const SETTLE_MS = 5_000;
/** Fewer than any sample year has: it was loaded by an earlier run, and this is what trickled in since. */
const FEW_EVENTS = 3;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const describe = ({ recordsRead, eventsAppended, passesIssued, passesUpdated }: Counts): string =>
  `${recordsRead} records read, ${eventsAppended} events appended, ${passesIssued} passes issued, ${passesUpdated} updated`;
