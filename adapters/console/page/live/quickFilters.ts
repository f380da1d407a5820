import type { KeptBus } from '../../../http/busEventApi.ts';
import type { Pattern } from './patternText.ts';

/** A field that is filtered by often, and what a pattern says of it. */
export type QuickFilter = {
  readonly id: string;
  readonly label: string;
  readonly path: readonly string[];
  /** equals: the value itself. beginsWith: what begins with it. */
  readonly how: 'equals' | 'beginsWith';
  /** Choices; null: it is typed. seen: what the events at hand say there, too. */
  readonly choices: readonly { readonly id: string; readonly label: string }[] | null;
  readonly seen: boolean;
};

export const quickFilters: Readonly<Record<KeptBus, readonly QuickFilter[]>> = {
  wallet: [
    {
      ...{ id: 'type', label: 'What happened', path: ['detail-type'], how: 'equals', seen: false },
      choices: [
        { id: 'WalletPassIssued', label: 'Issued' },
        { id: 'WalletPassUpdated', label: 'Updated' },
        { id: 'WalletPassWithdrawn', label: 'Withdrawn' },
      ],
    },
    {
      ...{ id: 'tier', label: 'Tier', path: ['detail', 'data', 'pass', 'tier', 'name'], how: 'equals', seen: true },
      choices: [],
    },
    {
      ...{ id: 'changed', label: 'Changed', path: ['detail', 'data', 'changed'], how: 'beginsWith', seen: false },
      choices: [
        { id: 'tier.name', label: 'Tier' },
        { id: 'tier', label: 'Tier or progress' },
        { id: 'spend', label: 'Spend' },
        { id: 'promotions', label: 'Promotions' },
        { id: 'points', label: 'Points' },
        { id: 'holder', label: 'Holder' },
        { id: 'status', label: 'Status' },
      ],
    },
    {
      ...{ id: 'member', label: 'Member number', path: ['detail', 'data', 'pass', 'memberNumber'], how: 'equals' },
      ...{ seen: false, choices: null },
    },
  ],
  domain: [
    { ...{ id: 'type', label: 'What happened', path: ['detail-type'], how: 'equals', seen: true }, choices: [] },
    {
      ...{ id: 'lane', label: 'Lane', path: ['detail', 'metadata', 'lane'], how: 'equals', seen: false },
      choices: [
        { id: 'live', label: 'Live' },
        { id: 'bulk', label: 'Bulk' },
      ],
    },
    {
      ...{ id: 'stream', label: 'Stream', path: ['detail', 'metadata', 'stream'], how: 'equals' },
      ...{ seen: false, choices: null },
    },
  ],
};

/** What a pattern says there, where it is what a quick filter would have written; null: nothing, or something else. */
export const filterValue = (pattern: Pattern | null, { path, how }: QuickFilter): string | null => {
  const there = path.reduce<unknown>((node, field) => (isObject(node) ? node[field] : undefined), pattern);
  if (!Array.isArray(there) || there.length !== 1) return null;
  const [only] = there as readonly unknown[];
  if (how === 'equals') return typeof only === 'string' ? only : null;
  return isObject(only) && Object.keys(only).length === 1 && typeof only.prefix === 'string' ? only.prefix : null;
};

/** The pattern with that said there, and all else as it was; value null: not said any more. */
export const withFilter = (pattern: Pattern | null, { path, how }: QuickFilter, value: string | null): Pattern | null =>
  said(pattern ?? {}, path, value === null ? undefined : [how === 'equals' ? value : { prefix: value }]);

/** null: nothing is left. */
const said = (node: Pattern, path: readonly string[], leaf: readonly unknown[] | undefined): Pattern | null => {
  const [field, ...rest] = path;
  if (field === undefined) return node;
  const { [field]: there, ...others } = node;
  const below = rest.length === 0 ? leaf : (said(isObject(there) ? there : {}, rest, leaf) ?? undefined);
  // In its place, so that a pattern does not move about while it is written.
  const result =
    below === undefined ? others : field in node ? { ...node, [field]: below } : { ...others, [field]: below };
  return Object.keys(result).length === 0 ? null : result;
};

const isObject = (value: unknown): value is Pattern =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
