import { setTimeout as sleep } from 'node:timers/promises';
import { passJsonIn } from '../../apple/passJson.ts';
import type { Phone, Phones } from './phones.ts';

export type HoldersDeps = {
  /** http://127.0.0.1:8402 */
  readonly middlewareUrl: string;
  readonly phones: Phones;
  readonly log: (reason: string) => void;
};

export type Holders = {
  /** A member takes its pass from the retailer's page and taps "add". Null: there is no pass of that member. */
  readonly add: (memberId: string) => Promise<Phone | null>;
  /** Somebody's pass was issued: added soon, unless enough phones hold one by themselves. */
  readonly issued: (memberId: string) => void;
  /** Nothing is added before. */
  readonly start: () => void;
  readonly close: () => Promise<void>;
};

/** Enough to watch: what a sample org issues in its first seconds is hundreds. */
const BY_THEMSELVES = 25;
const TRIES = 20;
const RETRY_MS = 250;

/** Who holds the phones. */
export const holdersOf = ({ middlewareUrl, phones, log }: HoldersDeps): Holders => {
  let isClosed = false;
  let byThemselves = phones.all().length;
  let start: () => void = () => undefined;
  let last: Promise<unknown> = new Promise<void>((resolve) => {
    start = resolve;
  });

  const add = async (memberId: string): Promise<Phone | null> => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${middlewareUrl}/api/passes/${encodeURIComponent(memberId)}.pkpass`);
      if (response.ok) return phones.add({ memberId, authenticationToken: tokenIn(await response.arrayBuffer()) });
      await response.body?.cancel();
      // The pass may be on its way to the middleware.
      if (attempt === TRIES || isClosed) return null;
      await sleep(RETRY_MS);
    }
  };

  const issued = (memberId: string): void => {
    if (isClosed || byThemselves >= BY_THEMSELVES) return;
    byThemselves += 1;
    last = last.then(() => (isClosed ? null : add(memberId))).catch((error: unknown) => log(textOf(error)));
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    start();
    await last;
  };
  return { add, issued, start, close };
};

const tokenIn = (bytes: ArrayBuffer): string => String(passJsonIn(new Uint8Array(bytes)).authenticationToken);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');
