import { useSyncExternalStore } from 'react';
import { inboxName } from '../../../../inboxName.ts';
import type { Upload, UploadStage } from './upload.ts';

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
  put([{ id, name, bytes, state: 'chosen', object }, ...uploads]);
};

export const chooseObject = (id: string, object: string): void => become(id, { state: 'chosen', object });

/** What is chosen and has an object, one after the other. */
export const sendChosen = (): void => {
  for (const { id, state, object } of uploads)
    if (state === 'chosen' && object !== null) become(id, { state: 'queued', object });
  sendNext();
};

export const sendAgain = (id: string, object: string): void => {
  become(id, { state: 'queued', object });
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
  const next = uploads.findLast((upload) => upload.state === 'queued');
  if (next !== undefined) send(next);
};

/** XMLHttpRequest: fetch does not tell how much was sent. */
const send = ({ id, name, object }: Extract<Upload, { readonly state: 'queued' }>): void => {
  const end = (stage: UploadStage): void => {
    become(id, stage);
    sendNext();
  };
  const broken = (problem: string): UploadStage => ({ state: 'broken', object, problem });
  const body = bodies.get(id);
  if (body === undefined) {
    end(broken('Choose the file once more.'));
    return;
  }
  become(id, { state: 'sending', object, sentBytes: 0 });
  const request = new XMLHttpRequest();
  underWay = { id, request };
  request.onabort = sendNext;
  request.upload.onprogress = ({ loaded }) => become(id, { state: 'sending', object, sentBytes: loaded });
  request.onerror = () => end(broken('The connection broke before all of it was there. Nothing of it was loaded.'));
  request.onload = () => {
    const { file, title }: { readonly file?: string; readonly title?: string } = parsed(request.responseText);
    const isTaken = request.status === 202 && file !== undefined;
    if (isTaken) bodies.delete(id);
    end(isTaken ? { state: 'sent', object, file } : broken(title ?? `The service refused it (${request.status}).`));
  };
  const modified = Math.floor(body.lastModified);
  request.open(
    'PUT',
    `/api/inbox/${encodeURIComponent(object)}/${encodeURIComponent(inboxName(name))}?modified=${modified}`,
  );
  request.send(body);
};

const become = (id: string, stage: UploadStage): void =>
  put(
    uploads.map((upload) => {
      const { name, bytes } = upload;
      return upload.id === id ? { id, name, bytes, ...stage } : upload;
    }),
  );

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
