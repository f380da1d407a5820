import { useMemo } from 'react';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/textField.tsx';
import classes from './events.module.css';
import { filterValue, type QuickFilter, quickFilters, withFilter } from './quickFilters.ts';
import type { Filter } from './useFilter.ts';

export type QuickFiltersProps = { readonly filter: Filter; readonly events: readonly CarriedEvent[] };

/** What is filtered by often. Each writes the pattern below, where it can be seen and learnt. */
export const QuickFilters = ({ filter, events }: QuickFiltersProps) => (
  <fieldset className={classes.quick} aria-label="Quick filters">
    {quickFilters[filter.bus].map((quick) => (
      <Quick key={quick.id} {...{ quick, filter, events }} />
    ))}
  </fieldset>
);

type QuickProps = QuickFiltersProps & { readonly quick: QuickFilter };

const Quick = ({ quick, filter, events }: QuickProps) => {
  const pattern = filter.applied.type === 'Good' ? filter.applied.pattern : null;
  const value = filterValue(pattern, quick);
  const choices = useChoices(quick, events, value);
  const set = (to: string): void => filter.setPattern(withFilter(pattern, quick, to === '' ? null : to));
  return choices === null ? (
    <TextField label={quick.label} value={value ?? ''} onChange={(to) => set(to.trim())} />
  ) : (
    <Select label={quick.label} choices={[ANY, ...choices]} value={value ?? ''} onChange={set} />
  );
};

const ANY = { id: '', label: 'Any' };

/** The given ones, what is said in the events at hand, and what is chosen. */
const useChoices = ({ choices, seen, path }: QuickFilter, events: readonly CarriedEvent[], value: string | null) => {
  const found = useMemo(() => {
    if (!seen) return '';
    const texts = events.map((event) => path.reduce<unknown>((node, field) => Object(node)[field], event));
    return JSON.stringify([...new Set(texts.filter((text) => typeof text === 'string'))].toSorted());
  }, [seen, events, path]);
  return useMemo(() => {
    if (choices === null) return null;
    const names: readonly string[] = found === '' ? [] : JSON.parse(found);
    const all = [...choices, ...names.map((id) => ({ id, label: id }))];
    return value === null || all.some(({ id }) => id === value) ? all : [...all, { id: value, label: value }];
  }, [choices, found, value]);
};
