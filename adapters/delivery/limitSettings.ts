import { closed, numberFrom, wholeNumber, withDefault } from '../settingCodecs.ts';
import type { Limits } from './destination.ts';

/** "limits" of a destination: what is not said is as usual for it. */
export const limitSettings = (usual: Limits) =>
  withDefault(
    closed(
      {
        perSecond: withDefault(numberFrom(0.01, 100_000), usual.perSecond),
        burst: withDefault(wholeNumber(0, 100_000), usual.burst),
        concurrent: withDefault(wholeNumber(1, 10_000), usual.concurrent),
        concurrentBulk: withDefault(wholeNumber(1, 10_000), usual.concurrentBulk),
        tryTimeoutMs: withDefault(wholeNumber(100, 600_000), usual.tryTimeoutMs),
        deadlineMs: withDefault(wholeNumber(100, 3_600_000), usual.deadlineMs),
        tries: withDefault(wholeNumber(1, 20), usual.tries),
      },
      'limits',
    ),
    usual,
  );
