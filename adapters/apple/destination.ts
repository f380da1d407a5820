import * as E from 'fp-ts/lib/Either.js';
import type { Clock, EpochMs } from '#domain/index.ts';
import type { StepOutcome } from '../delivery/delivery.ts';
import type { Destination, PassingFailure, Result, RunStep, Work } from '../delivery/destination.ts';
import type { Registration, Registrations } from '../delivery/registrations.ts';
import type { Apns } from './apns.ts';
import type { PushAnswer } from './apnsAnswer.ts';
import { deviceName, pushPlace } from './deviceName.ts';
import { pushId } from './pushId.ts';
import { type Plan, type Pushes, planPush, progressOf, pushed, soundPushes } from './pushPlan.ts';
import type { AppleSettings } from './settings.ts';

/** The name of the destination. */
export const APPLE = 'apple';

export type AppleDestinationDeps = {
  readonly settings: Pick<AppleSettings, 'passTypeIdentifier' | 'pushEverySeconds' | 'limits'>;
  readonly registrations: Pick<Registrations, 'ofMember' | 'retire'>;
  readonly apns: Apns;
  readonly clock: Clock;
};

/**
 * Apple Wallet. A pass is delivered when its devices fetched it: each that did not is pushed, which tells it to ask, and looked at again; see planPush.
 * A device that APNs does not know any more is no device.
 */
export const appleDestination = (deps: AppleDestinationDeps): Destination => ({
  name: APPLE,
  credential: `apple:${deps.settings.passTypeIdentifier}`,
  limits: deps.settings.limits,
  wants: ({ pass }) => pass !== null,
  deliver: (work, run) => deliver(deps, work, run),
  close: deps.apns.close,
});

const deliver = async (deps: AppleDestinationDeps, work: Work, run: RunStep): Promise<Result> => {
  const { progress, content } = work;
  if (content.type !== 'card') return { verdict: { type: 'Dead', reason: 'expected a pass' }, progress };
  const { memberId, revision, event } = content.card;
  const everyMs = deps.settings.pushEverySeconds * 1_000;
  const held = await deps.registrations.ofMember(memberId)();
  if (E.isLeft(held))
    return { verdict: { type: 'Later', reason: 'registrations unavailable', isFailure: true }, progress };

  const before = soundPushes(progress, work.now);
  const devices = held.right.map((registration) => toDevice(registration, revision));
  const planOf = ({ place }: Device, pushes: Pushes): Plan => planPush(pushes[place], revision, everyMs, work.now);
  const pushes = await Promise.all(
    devices
      .filter((device) => !device.hasIt && planOf(device, before).type === 'Push')
      .map(async ({ name, place, registration }) => {
        const id = pushId(event.source, event.id, registration.deviceId);
        return { place, registration, ...(await pushTo(deps, run, registration, id, name)) };
      }),
  );
  const retired = await Promise.all(
    pushes.map(async ({ place, registration, gone }) => {
      if (gone === null) return [];
      const taken = await deps.registrations.retire(registration, gone.before)();
      return E.isRight(taken) && taken.right ? [place] : [];
    }),
  );

  const left = devices.filter(({ place }) => !retired.flat().includes(place));
  const told = new Set(pushes.flatMap(({ place, answer }) => (answer.type === 'Ok' ? [place] : [])));
  const after: Pushes = Object.fromEntries(
    left.flatMap(({ place }) => {
      const push = told.has(place) ? pushed(before[place], revision, deps.clock()) : before[place];
      return push === undefined ? [] : [[place, push]];
    }),
  );
  const plans = left
    .filter(({ hasIt }) => !hasIt)
    .map((device) => ({ name: device.name, plan: planOf(device, after) }));
  return { ...verdictOf(pushes, plans, left.length, work), progress: progressOf(after) };
};

type Device = {
  readonly registration: Registration;
  readonly name: string;
  readonly place: string;
  readonly hasIt: boolean;
};

const toDevice = (registration: Registration, revision: number): Device => ({
  ...{ registration, name: deviceName(registration.deviceId) },
  place: pushPlace(registration),
  hasIt: (registration.fetched?.revision ?? 0) >= revision,
});

const pushTo = async (
  { apns }: AppleDestinationDeps,
  run: RunStep,
  { pushToken }: Registration,
  id: string,
  of: string,
): Promise<PushAnswer> => {
  let gone: PushAnswer['gone'] = null;
  const answer = await run({ name: 'push', of }, async (signal) => {
    const said = await apns.push({ pushToken, id }, signal);
    gone = said.gone;
    return said.answer;
  });
  return { answer, gone: answer.type === 'Refused' ? gone : null };
};

const verdictOf = (
  answers: readonly PushAnswer[],
  plans: readonly { readonly name: string; readonly plan: Plan }[],
  devices: number,
  { now }: Work,
): Pick<Result, 'verdict' | 'skipped'> => {
  const refused = answers.find(({ answer, gone }) => answer.type === 'Refused' && gone === null);
  if (refused?.answer.type === 'Refused')
    return { verdict: { type: 'Dead', reason: `push refused: ${refused.answer.reason}` } };
  // It failed, or its token is gone and its registration is not: that is newer, or could not be taken away.
  if (plans.some(({ plan }) => plan.type === 'Push')) return { verdict: pushAgain(answers) };
  const holds = plans.flatMap(({ plan }) => (plan.type === 'Hold' ? [plan.until] : []));
  if (holds.length > 0)
    return { verdict: { type: 'Later', at: Math.min(...holds), reason: 'pushed just now', isFailure: false } };
  const looks = plans.flatMap(({ plan }) => (plan.type === 'Await' ? [plan.until] : []));
  if (looks.length > 0) return { verdict: { type: 'Confirm', at: Math.min(...looks) } };
  return {
    verdict: { type: 'Delivered' },
    skipped:
      devices === 0
        ? [skippedStep({ step: 'push' }, 'no device', now)]
        : plans.map(({ name }) => skippedStep({ step: 'confirm', of: name }, 'not fetched', now)),
  };
};

const pushAgain = (answers: readonly PushAnswer[]): PassingFailure => {
  const failed = answers.flatMap(({ answer }) => (answer.type === 'Failed' ? [answer.reason] : []));
  return { type: 'Later', isFailure: true, reason: failed[0] ?? 'the registration is newer than the refusal' };
};

const skippedStep = (of: Pick<StepOutcome, 'step' | 'of'>, reason: string, at: EpochMs): StepOutcome => ({
  ...of,
  ...{ at, outcome: 'skipped', status: null, reason, tries: 0, durationMs: 0 },
});
