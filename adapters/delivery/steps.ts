import type { Clock } from '#domain/index.ts';
import type { StepOutcome } from './delivery.ts';
import { type Answer, type Destination, DRY_RUN, type RunStep, type Work } from './destination.ts';
import type { Call, DoneTry, Guard } from './guard.ts';
import type { Tell } from './outbound.ts';
import type { Heard } from './verdict.ts';

export type StepsDeps = {
  readonly destination: Pick<Destination, 'name' | 'limits'>;
  readonly guard: Pick<Guard, 'run'>;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly isDryRun: boolean;
};

/** The steps of one delivery: run, kept, told. */
export type Steps = {
  readonly run: RunStep;
  readonly outcomes: () => readonly StepOutcome[];
  readonly heard: () => Heard;
  /** A step was left out, for no request is made. */
  readonly isDry: () => boolean;
};

/** What is left of a delivery: the signal says when it is over, the others also where no timer of a process fires. */
export type Left = Pick<Call, 'signal' | 'endsAt' | 'isOver'>;

/** A pass is on few devices; whatever a destination does, no more is kept with a delivery. */
const KEPT = 40;

export const stepsOf = (
  { destination, guard, clock, tell, isDryRun }: StepsDeps,
  work: Pick<Work, 'content' | 'lane'>,
  left: Left,
): Steps => {
  const outcomes: StepOutcome[] = [];
  let isTried = false;
  /** performance.now(), of the latest that one which failed was told to come back. */
  let notBefore = 0;
  let isDry = false;
  const told = { ...tracedOf(work), destination: destination.name, lane: work.lane };

  const keep = (outcome: StepOutcome): void => {
    if (outcomes.length < KEPT) outcomes.push(outcome);
  };

  const run: RunStep = async (step, request) => {
    const [at, startedAt] = [clock(), performance.now()];
    const named = { step: step.name, ...(step.of !== undefined && { of: step.of }), at };
    if (isDryRun) {
      isDry = true;
      keep({ ...named, outcome: 'skipped', status: null, reason: DRY_RUN, tries: 0, durationMs: 0 });
      return { type: 'Refused', status: 0, reason: DRY_RUN };
    }
    const onTry = ({ answer, nth, ...times }: DoneTry): void =>
      tell({
        ...told,
        ...times,
        ...saidOf(answer),
        type: 'Outbound',
        step: step.name,
        try: nth,
        bytes: step.bytes ?? null,
      });
    const call = { ...left, lane: work.lane, limits: destination.limits, onTry };
    const { answer, tries, isOurs } = await guard.run(call, request);
    isTried ||= !isOurs;
    if (answer.type === 'Failed') notBefore = Math.max(notBefore, performance.now() + (answer.retryAfterMs ?? 0));
    keep({ ...named, ...saidOf(answer), tries, durationMs: Math.round(performance.now() - startedAt) });
    return answer;
  };
  return {
    run,
    outcomes: () => [...outcomes],
    heard: () => ({ isTried, askedMs: Math.max(0, Math.ceil(notBefore - performance.now())) }),
    isDry: () => isDry,
  };
};

const saidOf = (answer: Answer<unknown>) => ({
  outcome: ({ Ok: 'ok', Refused: 'refused', Failed: 'failed' } as const)[answer.type],
  status: answer.status,
  reason: answer.type === 'Ok' ? null : answer.reason,
});

export const tracedOf = ({ content }: Pick<Work, 'content'>) => {
  const { traceparent, correlationId } = content.type === 'card' ? content.card.event : content.event;
  return { traceparent, correlationId };
};
