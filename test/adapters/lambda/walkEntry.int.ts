import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { topology } from '#adapters/topology.ts';
import { metricsOf } from '#infra/watch/metric.ts';
import { type LambdaAccount, openAccount } from '#test/support/lambdaEntries.ts';
import { contextWith } from '#test/support/lambdaEvents.ts';
import { capturePrinted } from '#test/support/printed.ts';

let account: LambdaAccount;
let printed: ReturnType<typeof capturePrinted>;
beforeEach(async () => {
  account = await openAccount();
  printed = capturePrinted();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await account.stop();
});

/** What the function prints of a job from its plan to its end. */
const done = async (request: object, startedBy: string): Promise<string> => {
  const handler = await account.start('walk');
  const ask = async (step: object) =>
    (await handler(step, contextWith(900_000))) as { jobId: string; segments: number[] };
  const { jobId, segments } = await ask({ action: 'plan', request, startedBy });
  for (const segment of segments) await ask({ action: 'walk', jobId, segment });
  printed.forget();
  await ask({ action: 'end', jobId });
  return printed.text();
};

test('a job of the night that came to its end is the metric that its alarm counts; the same with another sample is none', async () => {
  const { name, dimensions } = metricsOf(account.database.prefix).nightEnded('verify');
  const [line] = (await done(topology.nightly.verify.request, 'night')).split('\n').filter((one) => one.includes(name));
  const told = JSON.parse(line ?? '{}');
  expect(told).toMatchObject({ [name]: 1, ...dimensions });
  const [{ Namespace, Dimensions, Metrics }] = told._aws.CloudWatchMetrics;
  expect({ Namespace, Metrics }).toMatchObject({ Namespace: 'billfold', Metrics: [{ Name: name }] });
  expect(Dimensions.map((names: readonly string[]) => new Set(names))).toEqual([new Set(Object.keys(dimensions))]);
  expect(await done({ ...topology.nightly.verify.request, sample: 0.02 }, 'somebody')).not.toContain(name);
});
