const PROTOTYPES = {
  Object: Object.prototype,
  Array: Array.prototype,
  String: String.prototype,
  Function: Function.prototype,
};

const taken = Object.entries(PROTOTYPES).map(([name, prototype]) => {
  const keys = Reflect.ownKeys(prototype);
  return { name, prototype, keys, values: keys.map((key) => Object.getOwnPropertyDescriptor(prototype, key)) };
});

/** Which prototype is not as it was when this was loaded; null: all are. It is put right, so that what comes next is judged by itself. */
export const pollution = (): string | null => {
  for (const { name, prototype, keys, values } of taken) {
    const now = Reflect.ownKeys(prototype);
    const added = now.length === keys.length ? [] : now.filter((key) => !keys.includes(key));
    const changed = keys.filter((key, index) => {
      const found = Object.getOwnPropertyDescriptor(prototype, key);
      return found?.value !== values[index]?.value || found?.get !== values[index]?.get;
    });
    for (const key of added) Reflect.deleteProperty(prototype, key);
    for (const key of changed) Object.defineProperty(prototype, key, values[keys.indexOf(key)] ?? {});
    const strange = [...added, ...changed].map(String);
    if (strange.length > 0) return `${name}.prototype (${strange.join(', ')})`;
  }
  return null;
};
