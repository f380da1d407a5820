import type { Shared } from './plan.ts';
import { api } from './targets/api.ts';
import { backup } from './targets/backup.ts';
import { cli } from './targets/cli.ts';
import { consumer } from './targets/consumer.ts';
import { changeEvent, relayed } from './targets/entries.ts';
import { deadLetters } from './targets/letters.ts';
import { mapping } from './targets/mapping.ts';
import { apple, deliveries, google, middlewareBody } from './targets/middleware.ts';
import { pattern } from './targets/pattern.ts';
import { putEvents } from './targets/putEvents.ts';
import { relayFunction } from './targets/relayFunction.ts';
import { rows } from './targets/rows.ts';
import { destinations, settings } from './targets/settings.ts';
import { stored, stream } from './targets/stored.ts';

/**
 * Every decoder that somebody else's bytes reach, then those of what billfold wrote itself. share: of the cases beyond the floor of each (plan.ts): more for what
 * strangers reach and what is quick, none for what takes a store or a file for each case.
 */
export const targets: readonly Shared[] = [
  { target: rows, share: 5 },
  { target: changeEvent, share: 5 },
  { target: relayed, share: 4 },
  { target: putEvents, share: 3 },
  { target: middlewareBody, share: 3 },
  { target: apple, share: 3 },
  { target: google, share: 2 },
  { target: deliveries, share: 1 },
  { target: consumer, share: 2 },
  { target: relayFunction, share: 1 },
  { target: cli, share: 2 },
  { target: pattern, share: 2 },
  { target: mapping, share: 0 },
  { target: destinations, share: 0 },
  { target: settings, share: 1 },
  { target: stored, share: 2 },
  { target: stream, share: 1 },
  { target: deadLetters, share: 0 },
  { target: backup, share: 0 },
];

/** What is played over a DynamoDB API of its own. */
export const targetsOverStore: readonly Shared[] = [{ target: api, share: 0 }];
