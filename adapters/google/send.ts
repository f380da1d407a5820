import type { Clock } from '#domain/index.ts';
import type { Answer, RunStep } from '../delivery/destination.ts';
import { QUOTA_EXCEEDED } from './answer.ts';
import type { LoyaltyObject } from './loyaltyObject.ts';
import type { Notice } from './notice.ts';
import { notified, type Progress, refusedOverQuota } from './progress.ts';
import { type Fields, type Message, runCall, type SavedObject, type WalletApi } from './walletApi.ts';

export type SendDeps = { readonly api: WalletApi; readonly run: RunStep; readonly clock: Clock };
export type Sent = { readonly answer: Answer<SavedObject>; readonly progress: Progress };

/** The object as it is to be. Inserted where Google has none; an id that is taken is patched, one that is gone is inserted. */
export const sendObject = async (
  deps: SendDeps,
  object: LoyaltyObject,
  notice: Notice,
  progress: Progress,
): Promise<Sent> => {
  if (progress.isInserted) {
    const patched = await patch(deps, object, notice, progress);
    return isMissing(patched.answer) ? insert(deps, object, patched.progress) : patched;
  }
  const inserted = await insert(deps, object, progress);
  return isTaken(inserted.answer) ? patch(deps, object, notice, inserted.progress) : inserted;
};

const insert = async ({ api, run }: SendDeps, object: LoyaltyObject, progress: Progress): Promise<Sent> => {
  const answer = await runCall(run, { name: 'insert' }, api.insertObject(withoutNulls(object)));
  return { answer, progress: { ...progress, isInserted: answer.type === 'Ok' || isTaken(answer) } };
};

const patch = async (
  { api, run, clock }: SendDeps,
  object: LoyaltyObject,
  notice: Notice,
  progress: Progress,
): Promise<Sent> => {
  const silently = (step: { readonly name: string; readonly of?: string }) =>
    runCall(run, step, api.patchObject(object.id, object));
  if (notice.type !== 'Field') return { answer: await silently({ name: 'patch' }), progress };
  const told = await runCall(
    run,
    { name: 'patch' },
    api.patchObject(object.id, { ...object, notifyPreference: 'NOTIFY' }),
  );
  if (isOverQuota(told))
    return { answer: await silently({ name: 'patch', of: 'silent' }), progress: refusedOverQuota(progress, clock()) };
  return { answer: told, progress: told.type === 'Ok' ? notified(progress, clock()) : progress };
};

/**
 * A text on the card that the phone tells of. Ten have room there (walletobjects v1, LoyaltyObject.messages): where Google takes no more, those that are
 * there give way. An answer that was lost may make it two: Google takes an id twice.
 */
export const sendMessage = async (
  { api, run, clock }: SendDeps,
  objectId: string,
  message: Message,
  progress: Progress,
): Promise<Sent> => {
  const add = (step: { readonly name: string; readonly of?: string }, added: Message) =>
    runCall(run, step, api.addMessage(objectId, added));
  let answer = await add({ name: 'message' }, message);
  if (answer.type === 'Refused' && answer.status === 400) {
    const cleared = await runCall(run, { name: 'clear-messages' }, api.patchObject(objectId, { messages: [] }));
    if (cleared.type !== 'Ok') return { answer: cleared, progress };
    answer = await add({ name: 'message' }, message);
  }
  if (isOverQuota(answer))
    return {
      answer: await add({ name: 'message', of: 'silent' }, { ...message, messageType: 'TEXT' }),
      progress: refusedOverQuota(progress, clock()),
    };
  return { answer, progress: answer.type === 'Ok' ? notified(progress, clock()) : progress };
};

const isRefused = (answer: Answer<unknown>, status: number) => answer.type === 'Refused' && answer.status === status;
const isTaken = (answer: Answer<unknown>): boolean => isRefused(answer, 409);
export const isMissing = (answer: Answer<unknown>): boolean => isRefused(answer, 404);
const isOverQuota = (answer: Answer<unknown>): boolean =>
  answer.type === 'Refused' && answer.status === 403 && answer.reason === QUOTA_EXCEEDED;

/** What is not there needs no saying where nothing was before. */
const withoutNulls = (fields: object): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === null ? [] : [[key, isPlain(value) ? withoutNulls(value) : value]],
    ),
  );
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
