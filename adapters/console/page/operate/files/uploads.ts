import { useSyncExternalStore } from 'react';
import { inboxName } from '../../../../inboxName.ts';

/** A file that was dropped: chosen → queued → sending → sent, or broken. */
export type Upload = {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** null: nothing tells, a person has to. */
  readonly object: string | null;
  readonly state: 'chosen' | 'queued' | 'sending' | 'sent' | 'broken';
  readonly sentBytes: number;
  /** The name that the inbox gave it; null: it is not there. */
  readonly file: string | null;
  /** Why it did not get there. */
  readonly problem: string | null;
};

const KEPT = 'billfold.uploads';

/** Uploads go on while another view is looked at, so they are kept outside of any; what was sent is found again after a reload. */
let uploads: readonly Upload[] = remembered();
const bodies = new Map<string, File>();
let underWay: { readonly id: string; readonly request: XMLHttpRequest } | null = null;
const listeners = new Set<() => void>();

export const useUploads = (): readonly Upload[] => useSyncExternalStore(subscribe, () => uploads);

export const addFile = (file: File, object: string | null): void => {
  const id = crypto.randomUUID();
  bodies.set(id, file);
  const { name, size: bytes } = file;
  put([{ id, name, bytes, object, state: 'chosen', sentBytes: 0, file: null, problem: null }, ...uploads]);
};

export const chooseObject = (id: string, object: string): void => change(id, { object });

/** What is chosen and has an object, one after the other. */
export const sendChosen = (): void => {
  for (const { id, state, object } of uploads)
    if (state === 'chosen' && object !== null) change(id, { state: 'queued', problem: null });
  sendNext();
};

export const sendAgain = (id: string): void => {
  change(id, { state: 'queued', problem: null, sentBytes: 0 });
  sendNext();
};

/** One that is on its way is stopped: nothing of it was loaded. */
export const forget = (id: string): void => {
  bodies.delete(id);
  put(uploads.filter((upload) => upload.id !== id));
  if (underWay?.id === id) underWay.request.abort();
};

const sendNext = (): void => {
  if (uploads.some(({ state }) => state === 'sending')) return;
  const next = uploads.findLast(({ state }) => state === 'queued');
  if (next !== undefined) send(next);
};

/** XMLHttpRequest: fetch does not tell how much was sent. */
const send = ({ id, name, object }: Upload): void => {
  const body = bodies.get(id);
  if (body === undefined || object === null) {
    change(id, { state: 'broken', problem: 'Choose the file once more.' });
    return;
  }
  change(id, { state: 'sending', sentBytes: 0 });
  const request = new XMLHttpRequest();
  underWay = { id, request };
  const end = (some: Partial<Upload>): void => {
    change(id, some);
    sendNext();
  };
  request.onabort = sendNext;
  request.upload.onprogress = ({ loaded }) => change(id, { sentBytes: loaded });
  request.onerror = () =>
    end({ state: 'broken', problem: 'The connection broke before all of it was there. Nothing of it was loaded.' });
  request.onload = () => {
    const answer: { readonly file?: string; readonly title?: string } = parsed(request.responseText);
    if (request.status === 202 && answer.file !== undefined) {
      bodies.delete(id);
      end({ state: 'sent', file: answer.file });
    } else end({ state: 'broken', problem: answer.title ?? `The service refused it (${request.status}).` });
  };
  const modified = Math.floor(body.lastModified);
  request.open(
    'PUT',
    `/api/inbox/${encodeURIComponent(object)}/${encodeURIComponent(inboxName(name))}?modified=${modified}`,
  );
  request.send(body);
};

const change = (id: string, some: Partial<Upload>): void =>
  put(uploads.map((upload) => (upload.id === id ? { ...upload, ...some } : upload)));

const put = (next: readonly Upload[]): void => {
  uploads = next;
  sessionStorage.setItem(KEPT, JSON.stringify(next.filter(({ state }) => state === 'sent').slice(0, 50)));
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function remembered(): readonly Upload[] {
  const kept = parsed(sessionStorage.getItem(KEPT) ?? '[]');
  return Array.isArray(kept) ? kept : [];
}

// biome-ignore lint/suspicious/noExplicitAny: what stands there is looked at by whoever asks.
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
