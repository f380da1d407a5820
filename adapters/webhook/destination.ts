import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { Content, StepOutcome } from '../delivery/delivery.ts';
import type { Answer, Destination, Result, Work } from '../delivery/destination.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { wanted } from './events.ts';
import { agentOf, exchange } from './exchange.ts';
import { expressions } from './expressions.ts';
import { judging, type Told } from './judge.ts';
import { keptIn } from './kept.ts';
import { requestFor } from './request.ts';
import type { WebhookSettings } from './settings.ts';

export type WebhookDeps = {
  readonly settings: WebhookSettings;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Certificates to trust instead of the usual ones, PEM. */
  readonly ca?: string;
};

/**
 * One webhook, or any other HTTP service: one step, `send`. Of a member it gets the last state, so events may be missing in between; of others each event.
 * What cannot be made of an event, and what its answer refuses, is dead; what passes by itself is tried again. Every try is signed anew.
 */
export const webhookDestination = (deps: WebhookDeps): Destination => {
  const { settings, clock, ca } = deps;
  const { limits } = settings;
  const agent = agentOf(limits, ca);
  const evaluator = expressions();
  const makeRequest = requestFor({ ...deps, evaluator });
  const judge = judging({ settings, evaluator, clock });
  const reads = settings.succeeds?.condition !== undefined || settings.keeps !== undefined;

  const deliver: Destination['deliver'] = async (work, run) => {
    const made = await makeRequest(eventOf(work.content), keptIn(work.progress) ?? null);
    if (E.isLeft(made)) return { verdict: made.left, progress: work.progress };
    if (reads) await evaluator.ready();
    const answer = await run({ name: 'send' }, async (signal): Promise<Answer<Told>> => {
      const sent = made.right();
      try {
        return await judge(await exchange(agent, sent, { reads, signal }));
      } catch (error) {
        return { type: 'Failed', status: null, reason: reasonOf(error, signal), retryAfterMs: null };
      }
    });
    return resultOf(answer, work, clock());
  };

  return {
    ...{ name: settings.name, limits, deliver },
    credential: new URL(settings.url.replace(/\{\w*\}/g, 'x')).host,
    wants: wanted(settings.events),
    close: async () => {
      await Promise.all([evaluator.close(), agent.destroy()]);
    },
  };
};

const resultOf = (answer: Answer<Told>, work: Work, now: number): Result => {
  switch (answer.type) {
    case 'Ok': {
      const { kept, unkept } = answer.value;
      const progress = kept === undefined ? work.progress : { kept };
      return {
        verdict: { type: 'Delivered' },
        progress,
        ...(unkept === null ? {} : { skipped: [skipped(unkept, now)] }),
      };
    }
    case 'Refused':
      return { verdict: { type: 'Dead', reason: answer.reason }, progress: work.progress };
    case 'Failed':
      return { verdict: { type: 'Later', reason: answer.reason, isFailure: true }, progress: work.progress };
  }
};

const skipped = (reason: string, at: number): StepOutcome => ({
  ...{ step: 'keep', at, outcome: 'skipped', status: null, reason, tries: 0, durationMs: 0 },
});

const eventOf = (content: Content): AcceptedEvent => (content.type === 'card' ? content.card.event : content.event);

/** A code, which names no address and no header. */
const reasonOf = (error: unknown, signal: AbortSignal): string => {
  if (signal.aborted) return 'no answer in time';
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  return String(code ?? cause?.code ?? 'no connection');
};
