import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Destination, Result, RunStep, Work } from '#adapters/delivery/destination.ts';
import { guardOf } from '#adapters/delivery/guard.ts';
import { stepsOf } from '#adapters/delivery/steps.ts';
import { objectIdOf } from '#adapters/google/objectId.ts';
import { makeCertificates } from '#adapters/local/standIns/certificates.ts';
import type { Fault } from '#adapters/local/standIns/googleFaults.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { ISSUER, passOf, startGoogleWallet, workOf } from '#test/support/googleWallet.ts';

const clock = () => Date.now();
const quiet = () => undefined;

/** What stands between the steps and Google in the service. */
const guarded = (destination: Destination, isDryRun = false) => {
  const { credential, limits } = destination;
  const guard = guardOf({
    credential,
    limits,
    budget: memoryBudget({ clock }),
    clock,
    random: Math.random,
    tell: quiet,
  });
  const deliver = async (work: Work) => {
    const left = { signal: new AbortController().signal, endsAt: Number.POSITIVE_INFINITY, isOver: () => false };
    const steps = stepsOf({ destination, guard, clock, tell: quiet, isDryRun }, work, left);
    return { result: await destination.deliver(work, steps.run), steps: steps.outcomes() };
  };
  /** As the engine does, without its patience. */
  const untilDelivered = async (work: Work): Promise<Result> => {
    const { result } = await deliver(work);
    if (result.verdict.type !== 'Later') return result;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return untilDelivered({ ...work, progress: result.progress });
  };
  return { deliver, untilDelivered };
};

const mostInASecond = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));

const underFaults = async (schedule: readonly { readonly fault: Fault; readonly after: number }[]): Promise<void> => {
  const limits = {
    ...{ perSecond: 40, burst: 10, concurrent: 16, concurrentBulk: 12 },
    ...{ tryTimeoutMs: 400, deadlineMs: 20_000, tries: 8 },
  };
  const { google, destination } = await startGoogleWallet({ limits }, { perSecond: 60 });
  const { untilDelivered } = guarded(destination);
  for (const { fault, after } of schedule) {
    let others = after;
    google.order({ fault, times: 1, on: () => others-- <= 0 });
  }
  const members = Array.from({ length: 14 }, (_, at) => `member ${at}`);
  await Promise.all(
    members.map(async (memberId, at) => {
      let progress: unknown = null;
      for (const revision of [1, 2, 3]) {
        const pass = passOf({ memberId, memberNumber: `${revision}` });
        const lane = at % 2 === 0 ? 'live' : 'bulk';
        ({ progress } = await untilDelivered(workOf(pass, revision, { progress, lane, changed: ['memberNumber'] })));
      }
    }),
  );
  const seen = google.seen().filter(({ call }) => call.startsWith('loyalty'));
  expect(seen.length).toBeGreaterThanOrEqual(members.length * 3);
  expect(mostInASecond(seen.map(({ at }) => at))).toBeLessThanOrEqual(60);
  const ends = members.map((memberId) => google.object(objectIdOf({ issuerId: ISSUER }, memberId))?.resource.accountId);
  expect(ends).toEqual(members.map(() => '3'));
};

describe('behind what guards a partner', () => {
  test('whatever fails, no more arrive in a second than may, and every card ends with its last revision', {
    timeout: 60_000,
  }, async () => {
    const fault = fc.constantFrom<Fault>(
      ...([{ type: 'Reset' }, { type: 'Reset', isDone: true }, { type: 'Stall', ms: 10_000 }] as const),
      ...([
        { type: 'Status', status: 429, retryAfter: '1' },
        { type: 'Status', status: 503 },
      ] as const),
      { type: 'Status', status: 401 },
    );
    const schedule = fc.array(fc.record({ fault, after: fc.nat(40) }), { minLength: 4, maxLength: 7 });
    await fc.assert(fc.asyncProperty(schedule, underFaults), { numRuns: 1 });
  });

  test('a dry run calls nobody, and says what would have been sent', async () => {
    const { google, destination } = await startGoogleWallet();
    const { steps } = await guarded(destination, true).deliver(workOf(passOf(), 1));
    expect(steps.map(({ step, outcome, reason }) => [step, outcome, reason])).toEqual([
      ['class', 'skipped', 'dry run'],
      ['insert', 'skipped', 'dry run'],
    ]);
    expect(google.seen()).toEqual([]);
  });

  test('a server with a certificate of somebody else is not spoken to, and that passes', async () => {
    const { startAll, google } = await startGoogleWallet();
    const run: RunStep = (_step, request) => request(AbortSignal.timeout(2_000));
    const { root } = await makeCertificates({
      ...{ passTypeIdentifier: 'pass.other', teamIdentifier: 'A1B2C3D4E5', now: clock() },
    });
    const { verdict } = await startAll({}, { ca: root.certificate }).destination.deliver(workOf(passOf(), 1), run);
    expect(verdict).toMatchObject({
      type: 'Later',
      isFailure: true,
      reason: expect.stringMatching(/^no answer token: [A-Z_]+$/),
    });
    expect(google.seen()).toEqual([]);
  });
});
