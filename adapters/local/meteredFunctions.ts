import { failuresNamed, type LocalFunction, type LocalFunctions, reasonOf } from './functions.ts';
import type { Meter, PartMeter } from './meter.ts';

/** The same functions, with what they did counted. uncounted: those whose items are counted by what they report. */
export const meteredFunctions = (
  meter: Pick<Meter, 'of'>,
  uncounted: readonly (keyof LocalFunctions)[],
  functions: LocalFunctions,
): LocalFunctions =>
  Object.fromEntries(
    Object.entries(functions).map(([name, call]) => {
      const part = meter.of(`functions/${name}`);
      return [name, metered(call, uncounted.some((one) => one === name) ? { ...part, passed: () => undefined } : part)];
    }),
  );

const metered =
  (call: LocalFunction, part: PartMeter): LocalFunction =>
  async (records) => {
    const startedAt = performance.now();
    try {
      const answer = await call(records);
      const failed = failuresNamed(answer).length;
      part.passed(records.length - failed);
      if (failed > 0) part.failed(failed, 'named in the batch response');
      return answer;
    } catch (error) {
      part.failed(records.length, reasonOf(error));
      throw error;
    } finally {
      part.called(performance.now() - startedAt);
    }
  };

/** A round of the clock: it tells how many it changed or looked at. */
export const meteredRound =
  (part: PartMeter, round: () => Promise<number>): (() => Promise<number>) =>
  async () => {
    const startedAt = performance.now();
    try {
      const items = await round();
      part.passed(items);
      return items;
    } catch (error) {
      part.failed(1, reasonOf(error));
      throw error;
    } finally {
      part.called(performance.now() - startedAt);
    }
  };
