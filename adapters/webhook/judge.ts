import { STATUS_CODES } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { Answer } from '../delivery/destination.ts';
import { retryAfterMs } from '../delivery/retryAfter.ts';
import { MAX_ANSWER_BYTES, type Received } from './exchange.ts';
import type { Expressions } from './expressions.ts';
import type { StatusRange, WebhookSettings } from './settings.ts';

/** kept: what of the answer is remembered; undefined: nothing new. unkept: why not. */
export type Told = { readonly kept: unknown; readonly unkept: string | null };

type Deps = { readonly settings: WebhookSettings; readonly evaluator: Expressions; readonly clock: Clock };

/** What an answer comes to. Never rejects for what it holds; never a reason with its words. */
export const judging =
  ({ settings, evaluator, clock }: Deps) =>
  async (received: Received): Promise<Answer<Told>> => {
    const { status, headers } = received;
    const { succeeds, retries = RETRIES, keeps } = settings;
    if (isAmong(succeeds?.statuses ?? SUCCEEDS, status)) {
      const refusal = await refusalOf(succeeds?.condition, received, evaluator);
      if (refusal !== null) return { type: 'Refused', status, reason: refusal };
      return { type: 'Ok', status, value: await keep(keeps, received, evaluator) };
    }
    const reason = reasonOf(status);
    if (!isAmong(retries, status)) return { type: 'Refused', status, reason };
    return { type: 'Failed', status, reason, retryAfterMs: retryAfterMs(headers['retry-after'], clock()) };
  };

const SUCCEEDS: readonly StatusRange[] = ['2xx'];
const RETRIES: readonly StatusRange[] = [408, 425, 429, '5xx'];

const isAmong = (ranges: readonly StatusRange[], status: number): boolean =>
  ranges.some((range) => range === status || range === `${Math.floor(status / 100)}xx`);

const reasonOf = (status: number): string => {
  const name = STATUS_CODES[status] ?? `status ${status}`;
  return status >= 300 && status < 400 ? `${name}: redirects are not followed` : name;
};

/** null: it is as the condition wants it, or there is none. */
const refusalOf = async (
  condition: string | undefined,
  received: Received,
  evaluator: Expressions,
): Promise<string | null> => {
  if (condition === undefined) return null;
  if (received.body === null) return `succeeds.condition: the answer is longer than ${MAX_ANSWER_BYTES} bytes`;
  const evaluated = await evaluator.evaluate({ expression: condition, input: inputOf(received), maxBytes: 100 });
  if (evaluated.type === 'Failed') return `succeeds.condition ${evaluated.reason}`;
  if (evaluated.type === 'Value' && evaluated.json === 'true') return null;
  return evaluated.type === 'Value' && evaluated.json === 'false'
    ? 'succeeds.condition is false'
    : 'succeeds.condition gave neither true nor false';
};

const keep = async (keeps: string | undefined, received: Received, evaluator: Expressions): Promise<Told> => {
  const nothing = (unkept: string | null): Told => ({ kept: undefined, unkept });
  if (keeps === undefined) return nothing(null);
  if (received.body === null) return nothing(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
  const evaluated = await evaluator.evaluate({ expression: keeps, input: inputOf(received), maxBytes: MAX_KEPT_BYTES });
  switch (evaluated.type) {
    case 'Failed':
      return nothing(`keeps ${evaluated.reason}`);
    case 'Nothing':
      return nothing('keeps gave nothing');
    case 'Value':
      return { kept: JSON.parse(evaluated.json), unkept: null };
  }
};
const MAX_KEPT_BYTES = 2_048;

/** body: what its JSON says, or its text. */
const inputOf = ({ status, headers, body }: Received) => {
  const json = E.tryCatch(
    () => JSON.parse(body ?? '') as unknown,
    () => null,
  );
  return { status, headers, body: E.isRight(json) ? json.right : body };
};
