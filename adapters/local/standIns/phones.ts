import { randomBytes } from 'node:crypto';
import { passJsonIn } from '../../apple/passJson.ts';

/** What holding a pass takes: the file says it, and the phone believes it. */
export type Held = {
  readonly memberId: string;
  readonly authenticationToken: string;
  /** pass.json of the last file that it fetched. */
  readonly pass: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
  readonly lastModified: string;
  /** Files that it got, and times that it asked in vain, as nothing was new. */
  readonly fetched: number;
  readonly unchanged: number;
};

export type Phone = {
  readonly deviceId: string;
  readonly pushToken: string;
  /** By member. */
  readonly passes: ReadonlyMap<string, Held>;
};

export type PhonesDeps = {
  readonly passTypeIdentifier: string;
  /** Without /v1. Asked at each request: on loopback, since a pass names an https address that others can reach. */
  readonly webServiceUrl: () => string;
  /** Of the stand-in for APNs: where phones can be reached. */
  readonly pushTokens: Set<string>;
  /** Between two tries of what failed; grows. */
  readonly retryMs?: number;
  /** Of an earlier start: they hold their passes still, and ask for all of them when they are pushed to. */
  readonly saved?: readonly SavedPhone[];
  /** A pass was added or removed: what a next start needs. */
  readonly onChange?: (phones: readonly SavedPhone[]) => void;
};

export type SavedPhone = {
  readonly deviceId: string;
  readonly pushToken: string;
  readonly passes: readonly { readonly memberId: string; readonly authenticationToken: string }[];
};

export type Phones = {
  /** The holder taps "add": the phone gets the file from the web service, and registers. A new phone, or one that is there. Rejects where it gets none. */
  readonly add: (
    pass: { readonly memberId: string; readonly authenticationToken: string },
    deviceId?: string,
  ) => Promise<Phone>;
  /** The holder deletes the pass. */
  readonly remove: (deviceId: string, memberId: string) => Promise<void>;
  /** Something is new: it asks what, and fetches that. */
  readonly pushed: (pushToken: string) => void;
  readonly all: () => readonly Phone[];
  /** Nothing is under way any more. */
  readonly idle: () => Promise<void>;
  readonly close: () => void;
};

type Mutable = {
  readonly deviceId: string;
  readonly pushToken: string;
  readonly passes: Map<string, Held>;
  tag: string | null;
  wanted: boolean;
};

/** Phones that hold passes, as a phone does it: one request after another, again where it fails, then not any more. In memory, but for what is saved. */
export const startPhones = (deps: PhonesDeps): Phones => {
  const phones = new Map<string, Mutable>();
  for (const { passes, ...phone } of deps.saved ?? []) {
    const held = passes.map((pass) => [pass.memberId, { ...NOT_FETCHED, ...pass }] as const);
    phones.set(phone.deviceId, { ...phone, passes: new Map(held), tag: null, wanted: false });
    deps.pushTokens.add(phone.pushToken);
  }
  const underWay = new Map<string, Promise<void>>();
  let isClosed = false;

  const ask = async (path: string, token: string | null, init: RequestInit = {}): Promise<Response> => {
    const authorization = token === null ? {} : { authorization: `ApplePass ${token}` };
    const request = { ...init, headers: { ...authorization, ...init.headers } };
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${deps.webServiceUrl()}/v1${path}`, request).catch(() => null);
      const isFinal = response !== null && response.status !== 429 && response.status < 500;
      if (isFinal) return response;
      if (attempt === TRIES || isClosed) throw new Error(`${path.split('/')[1]}: ${response?.status ?? 'no answer'}`);
      const waitMs =
        Number(response?.headers.get('retry-after') ?? 0) * 1_000 || (deps.retryMs ?? RETRY_MS) * 2 ** attempt;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };

  const fetchPass = async (memberId: string, token: string, held: Held | undefined): Promise<Held | null> => {
    const headers = held === undefined || held.lastModified === '' ? {} : { 'if-modified-since': held.lastModified };
    const response = await ask(`/passes/${deps.passTypeIdentifier}/${memberId}`, token, { headers });
    if (response.status === 304 && held !== undefined) return { ...held, unchanged: held.unchanged + 1 };
    if (response.status !== 200) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const pass = passJsonIn(bytes);
    return {
      ...{
        memberId,
        bytes,
        pass,
        authenticationToken: token,
        lastModified: response.headers.get('last-modified') ?? '',
      },
      ...{ fetched: (held?.fetched ?? 0) + 1, unchanged: held?.unchanged ?? 0 },
    };
  };

  const registration = (phone: Mutable, memberId: string): string =>
    `/devices/${phone.deviceId}/registrations/${deps.passTypeIdentifier}/${memberId}`;

  const changed = (): void =>
    deps.onChange?.(
      [...phones.values()].map(({ deviceId, pushToken, passes }) => ({
        ...{ deviceId, pushToken },
        passes: [...passes.values()].map(({ memberId, authenticationToken }) => ({ memberId, authenticationToken })),
      })),
    );

  const add: Phones['add'] = async ({ memberId, authenticationToken }, deviceId) => {
    const phone = phones.get(deviceId ?? '') ?? newPhone(deviceId);
    const held = await fetchPass(memberId, authenticationToken, undefined);
    if (held === null) throw new Error('expected a pass at that address, with that token');
    phone.passes.set(memberId, held);
    phones.set(phone.deviceId, phone);
    deps.pushTokens.add(phone.pushToken);
    changed();
    const init = { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ pushToken: phone.pushToken }) };
    const registered = await ask(registration(phone, memberId), authenticationToken, init);
    if (!registered.ok) throw new Error(`registration: ${registered.status}`);
    return phone;
  };

  const remove: Phones['remove'] = async (deviceId, memberId) => {
    const phone = phones.get(deviceId);
    const held = phone?.passes.get(memberId);
    if (phone === undefined || held === undefined) return;
    phone.passes.delete(memberId);
    changed();
    await ask(registration(phone, memberId), held.authenticationToken, { method: 'DELETE' });
  };

  const update = async (phone: Mutable): Promise<void> => {
    while (phone.wanted && !isClosed) {
      phone.wanted = false;
      const since = phone.tag === null ? '' : `?passesUpdatedSince=${encodeURIComponent(phone.tag)}`;
      const response = await ask(`/devices/${phone.deviceId}/registrations/${deps.passTypeIdentifier}${since}`, null);
      if (response.status !== 200) continue;
      const { serialNumbers, lastUpdated } = Object(await response.json());
      for (const memberId of serialNumbers) {
        const held = phone.passes.get(memberId);
        const fresh = held && (await fetchPass(memberId, held.authenticationToken, held));
        if (fresh && phone.passes.has(memberId)) phone.passes.set(memberId, fresh);
      }
      phone.tag = lastUpdated;
    }
  };

  const pushed: Phones['pushed'] = (pushToken) => {
    const phone = [...phones.values()].find((one) => one.pushToken === pushToken);
    if (phone === undefined) return;
    phone.wanted = true;
    if (underWay.has(phone.deviceId)) return;
    // What cannot be had after some tries waits for the next push, as the tag was not moved on.
    const done = update(phone)
      .catch(() => undefined)
      .finally(() => underWay.delete(phone.deviceId));
    underWay.set(phone.deviceId, done);
  };

  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay.values());
  };
  const close = (): void => {
    isClosed = true;
  };
  return { add, remove, pushed, idle, close, all: () => [...phones.values()] };
};

const NOT_FETCHED = { pass: {}, bytes: new Uint8Array(), lastModified: '', fetched: 0, unchanged: 0 };
const TRIES = 4;
const RETRY_MS = 500;
const JSON_BODY = { 'content-type': 'application/json' };

const newPhone = (deviceId = randomBytes(16).toString('hex')): Mutable => ({
  ...{ deviceId, pushToken: randomBytes(32).toString('hex') },
  ...{ passes: new Map(), tag: null, wanted: false },
});
