import type { BoxKind } from './graph.ts';

/** What a newcomer is told of a box. unit: of what it counts. */
export type Words = { readonly kind: BoxKind; readonly label: string; readonly does: string; readonly unit: string };

/** By name of the box. One without words has its own name. */
export const words: Readonly<Record<string, Words>> = {
  source: {
    kind: 'source',
    label: 'Change events',
    does: 'What changed in Salesforce, as it happens.',
    unit: 'events',
  },
  files: { kind: 'source', label: 'Files', does: 'Whole records, as AppFlow writes them.', unit: 'rows' },
  ingest: {
    kind: 'work',
    label: 'Ingest',
    does: 'Merges what was said, decides what it means.',
    unit: 'records',
  },
  events: { kind: 'store', label: 'Events', does: 'What happened to each member. Kept for good.', unit: 'events' },
  domain: { kind: 'bus', label: 'Domain bus', does: 'Tells anyone what happened.', unit: 'events' },
  projector: {
    kind: 'work',
    label: 'Projector',
    does: 'Folds events into spend, tier and promotions.',
    unit: 'commits',
  },
  views: { kind: 'store', label: 'Passes', does: 'What each holder sees now.', unit: 'writes' },
  clock: { kind: 'source', label: 'Clock', does: 'Time alone changes passes, too.', unit: 'passes' },
  wallet: { kind: 'bus', label: 'Wallet bus', does: 'Carries what changed for a holder.', unit: 'events' },
  middleware: {
    kind: 'work',
    label: 'Middleware',
    does: 'Takes passes to the wallets, at their pace.',
    unit: 'events',
  },
  apple: { kind: 'outside', label: 'Apple Wallet', does: 'The phones that hold the pass.', unit: 'delivered' },
  google: { kind: 'outside', label: 'Google Wallet', does: 'The pass in Google’s cloud.', unit: 'delivered' },
};

/** Boxes that parts share although nothing declared connects them. All others are put where their target is. */
export const homes: Readonly<Record<string, string>> = {
  'buckets/landing': 'files',
  'functions/split': 'files',
  'functions/loadPart': 'files',
  'functions/relay': 'middleware',
  'functions/announcer': 'domain',
  'functions/walk': 'clock',
  'functions/forget': 'clock',
  'functions/watch': 'clock',
  'functions/activate': 'source',
  'functions/rotateKey': 'middleware',
  'tables/records': 'events',
  'tables/keys': 'events',
  'tables/ops': 'clock',
  'tables/deliveries': 'middleware',
  'queues/undelivered': 'source',
};

/** Whose number stands for the box. */
export const mains: Readonly<Record<string, string>> = {
  source: 'buses/source',
  files: 'buckets/landing',
  ingest: 'functions/ingest',
  events: 'tables/events',
  domain: 'buses/domain',
  projector: 'functions/projector',
  views: 'tables/views',
  clock: 'functions/clock',
  wallet: 'buses/wallet',
  middleware: 'functions/relay',
};
