import { useCallback, useEffect, useState } from 'react';
import { useInAddress } from './useInAddress.ts';

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
  const [said, say] = useInAddress('at');
  // What an address says may be neither: then it is now.
  const [at, setAt] = useState(said !== null && isPlace(said) ? said : null);
  const [askedAt, setAskedAt] = useState(at);

  useEffect(() => {
    const timer = setTimeout(() => setAskedAt(at), REST_MS);
    return () => clearTimeout(timer);
  }, [at]);

  useEffect(() => {
    if (said !== askedAt) say(askedAt);
  }, [askedAt, said, say]);

  return { at, askedAt, go: useCallback((next: string | null) => setAt(next), []) };
};

const isPlace = (at: string): boolean => isVersion(at) || !Number.isNaN(Date.parse(at));
export const isVersion = (at: string): boolean => /^\d{1,9}$/.test(at);
