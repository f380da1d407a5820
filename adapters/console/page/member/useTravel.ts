import { useCallback, useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

export type Travel = {
  /** Where the slider stands: a version, or an instant. null: now. */
  readonly at: string | null;
  /** The same a moment later, when it has come to rest: what is asked for, and what the address says. */
  readonly askedAt: string | null;
  readonly go: (at: string | null) => void;
};

const REST_MS = 120;

/** The place in a member's past that is looked at, kept in the address. */
export const useTravel = (): Travel => {
  const [search, setSearch] = useSearchParams();
  const [at, setAt] = useState(search.get('at'));
  const [askedAt, setAskedAt] = useState(at);

  useEffect(() => {
    const timer = setTimeout(() => setAskedAt(at), REST_MS);
    return () => clearTimeout(timer);
  }, [at]);

  const said = search.get('at');
  useEffect(() => {
    if (said === askedAt) return;
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (askedAt === null) after.delete('at');
        else after.set('at', askedAt);
        return after;
      },
      { replace: true },
    );
  }, [askedAt, said, setSearch]);

  return { at, askedAt, go: useCallback((next: string | null) => setAt(next), []) };
};

export const isVersion = (at: string): boolean => /^\d{1,9}$/.test(at);
