import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

const QUIET_MS = 150;

/** What is looked for: as it is typed, and as it is asked once typing pauses. It stands in the address, so that it can be kept and sent. */
export const useQ = () => {
  const [params, setParams] = useSearchParams();
  const q = params.get('q') ?? '';
  const [typed, setTyped] = useState(q);
  const [seen, setSeen] = useState(q);
  // The address changed by itself: back, forward, the link to the view.
  if (q !== seen) {
    setSeen(q);
    if (q !== typed.trim()) setTyped(q);
  }
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === q) return;
    const timer = setTimeout(() => setParams(wanted === '' ? {} : { q: wanted }, { replace: true }), QUIET_MS);
    return () => clearTimeout(timer);
  }, [typed, q, setParams]);
  return { typed, q, setTyped };
};
