/** What a call is, in a word: insert, get, patch, update, addMessage, list of loyaltyClass or loyaltyObject; token, keys, save. */
export type CallName = string;

/**
 * What befalls calls. Status: answered so and not done. Reset: the connection is cut; before it is done, or after (the answer is lost).
 * Stall: nothing for so long, then done.
 */
export type Fault =
  | {
      readonly type: 'Status';
      readonly status: number;
      readonly reason?: string;
      readonly domain?: string;
      /** Seconds or an HTTP date. */
      readonly retryAfter?: string;
    }
  | { readonly type: 'Reset'; readonly isDone?: boolean }
  | { readonly type: 'Stall'; readonly ms: number };

export type Order = {
  readonly fault: Fault;
  /** The next so many calls; without: all of them, until mended. */
  readonly times?: number;
  readonly on?: (call: CallName) => boolean;
};

/** Faults that were ordered, the first that fits first. */
export const faults = () => {
  let orders: readonly Order[] = [];
  return {
    order: (order: Order): void => {
      orders = [...orders, order];
    },
    mend: (): void => {
      orders = [];
    },
    next: (call: CallName): Fault | null => {
      const found = orders.find(({ on, times }) => (on?.(call) ?? true) && (times === undefined || times > 0));
      if (found === undefined) return null;
      const { times } = found;
      if (times !== undefined) orders = orders.map((one) => (one === found ? { ...found, times: times - 1 } : one));
      return found.fault;
    },
  };
};
