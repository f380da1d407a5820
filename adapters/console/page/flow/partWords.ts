import type { PartKind } from '../../../flow/parts.ts';

/** What one of a kind is called. */
export const ONE_OF: Readonly<Record<PartKind, string>> = {
  buckets: 'Bucket',
  buses: 'Bus',
  rules: 'Rule',
  queues: 'Queue',
  pipes: 'Pipe',
  functions: 'Function',
  schedules: 'Schedule',
  walks: 'Walk',
  nightly: 'Job of the night',
  forgetting: 'Forgetting',
  tables: 'Table',
  middleware: 'Service',
  destinations: 'Destination',
};

/** What its items are, and what became of them. */
export const PASSED: Readonly<Record<PartKind, string>> = {
  buckets: 'Rows read',
  buses: 'Events taken',
  rules: 'Events matched',
  queues: 'Messages handled',
  pipes: 'Stream records delivered',
  functions: 'Items handled',
  schedules: 'Rounds',
  walks: 'Parts walked',
  nightly: 'Nights',
  forgetting: 'Members forgotten',
  tables: 'Items written',
  middleware: 'Events taken',
  destinations: 'Delivered',
};
