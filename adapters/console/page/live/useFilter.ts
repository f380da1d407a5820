import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { KeptBus } from '../../../http/busEventApi.ts';
import { type Pattern, prettyPattern, type ReadPattern, readPattern, shortPattern } from './patternText.ts';

/** Which bus is looked at, and which of its events: in the address, so that whoever has it sees the same. */
export type Filter = {
  readonly bus: KeptBus;
  /** What lets events through. */
  readonly applied: ReadPattern;
  /** As it stands in the editor, and what is wrong with it; then what was right before goes on. */
  readonly text: string;
  readonly fault: string | null;
  readonly setBus: (bus: KeptBus) => void;
  readonly setText: (text: string) => void;
  readonly setPattern: (pattern: Pattern | null) => void;
};

export const useFilter = (): Filter => {
  const [params, setParams] = useSearchParams();
  const bus = params.get('bus') === 'domain' ? 'domain' : 'wallet';
  const address = params.get('pattern') ?? '';
  const applied = useMemo(() => readPattern(address), [address]);
  const [typed, setTyped] = useState({ text: layOut(address), of: address });
  // Somebody went back, or followed a link: what was typed belonged to another address.
  const text = typed.of === address ? typed.text : layOut(address);
  const read = useMemo(() => readPattern(text), [text]);

  const goTo = (toBus: KeptBus, pattern: Pattern | null): string => {
    const short = shortPattern(pattern);
    const next = [...(toBus === 'domain' ? [['bus', 'domain']] : []), ...(short === '' ? [] : [['pattern', short]])];
    setParams(next, { replace: true });
    return short;
  };
  return {
    ...{ bus, applied, text },
    fault: read.type === 'Bad' ? read.fault : null,
    setBus: (to) => void goTo(to, null),
    setText: (to) => {
      const now = readPattern(to);
      setTyped({ text: to, of: now.type === 'Good' ? goTo(bus, now.pattern) : address });
    },
    setPattern: (pattern) => setTyped({ text: prettyPattern(pattern), of: goTo(bus, pattern) }),
  };
};

/** What cannot be read stands as it is, to be mended. */
const layOut = (address: string): string => {
  const read = readPattern(address);
  return read.type === 'Good' ? prettyPattern(read.pattern) : address;
};
