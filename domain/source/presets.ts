import { loyaltyManagement } from './loyaltyManagement.ts';
import type { Mapping } from './mapping.ts';
import { retail } from './retail.ts';

/** Mappings that come with billfold, by the name that `--mapping` and `extends` take. */
export const presets = { retail, 'loyalty-management': loyaltyManagement } as const satisfies Readonly<
  Record<string, Mapping>
>;
export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];

export const isPresetName = (name: unknown): name is PresetName =>
  typeof name === 'string' && Object.hasOwn(presets, name);

/** A mapping file laid over the preset that it extends, key by key: lists and values replace, null takes away. */
export const overPreset = (file: unknown): unknown => {
  if (!isPlain(file) || !isPresetName(file.extends)) return file;
  const { extends: preset, ...own } = file;
  return laidOver(withoutFeedsOf(presets[preset], own.objects), own);
};

/** What a preset says of the flows of an object goes with the object. */
const withoutFeedsOf = (preset: Mapping, objects: unknown): Mapping => {
  if (preset.feeds === undefined || !isPlain(objects)) return preset;
  const kept = Object.entries(preset.feeds).filter(([object]) => objects[object] !== null);
  return { ...preset, feeds: Object.fromEntries(kept) };
};

const laidOver = (under: unknown, over: unknown): unknown => {
  if (!isPlain(under) || !isPlain(over)) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  const entries = [...keys].flatMap((key) => {
    if (!Object.hasOwn(over, key)) return [[key, under[key]]];
    if (over[key] === null) return [];
    return [[key, Object.hasOwn(under, key) ? laidOver(under[key], over[key]) : over[key]]];
  });
  return Object.fromEntries(entries);
};

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
