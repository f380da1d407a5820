import { useState } from 'react';

type Handlers = {
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
};

/** What comes every second, as it was when somebody began to point at it or came to it by keyboard: no link moves away under a hand. */
export const usePointedAt = <A>(latest: A): readonly [A, Handlers] => {
  const [held, setHeld] = useState<{ readonly value: A; readonly by: 'pointer' | 'focus' } | null>(null);
  const hold = (by: 'pointer' | 'focus') => (): void => setHeld((now) => now ?? { value: latest, by });
  const release = (by: 'pointer' | 'focus') => (): void => setHeld((now) => (now?.by === by ? null : now));
  const handlers = {
    ...{ onPointerEnter: hold('pointer'), onPointerLeave: release('pointer') },
    ...{ onFocus: hold('focus'), onBlur: release('focus') },
  };
  return [held === null ? latest : held.value, handlers];
};
