import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/** A part of what is looked at, kept in the address: whoever has it sees the same. null: nothing is said. */
export const useInAddress = (name: string): readonly [string | null, (value: string | null) => void] => {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (value: string | null) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === null) after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace: true },
      ),
    [name, setSearch],
  );
  return [search.get(name), set];
};
