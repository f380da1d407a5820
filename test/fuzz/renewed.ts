export type Renewed<Store> = {
  /** Stands for whichever is the current one. */
  readonly current: Store;
  /** One more case was played with it. */
  readonly count: () => void;
};

/** A store of functions that begins anew now and then, so that a million cases need no memory for a million. */
export const renewed = <Store extends object>(make: () => Store, every = 500): Renewed<Store> => {
  let store = make();
  let counted = 0;
  return {
    current: new Proxy(store, { get: (_, name) => Reflect.get(store, name) }),
    count: () => {
      counted += 1;
      if (counted % every === 0) store = make();
    },
  };
};
