import type { AnyTarget } from './target.ts';
import { api } from './targets/api.ts';
import { cli } from './targets/cli.ts';
import { changeEvent, relayed } from './targets/entries.ts';
import { mapping } from './targets/mapping.ts';
import { apple, deliveries, google, middlewareBody } from './targets/middleware.ts';
import { pattern } from './targets/pattern.ts';
import { putEvents } from './targets/putEvents.ts';
import { rows } from './targets/rows.ts';

/** Every decoder that somebody else's bytes reach. share: of the cases; those over HTTP take longer and come to less. */
export const targets: readonly { readonly target: AnyTarget; readonly share: number }[] = [
  { target: rows, share: 4 },
  { target: changeEvent, share: 4 },
  { target: relayed, share: 3 },
  { target: putEvents, share: 2 },
  { target: middlewareBody, share: 2 },
  { target: apple, share: 2 },
  { target: google, share: 1 },
  { target: deliveries, share: 1 },
  { target: api, share: 1 },
  { target: cli, share: 2 },
  { target: mapping, share: 2 },
  { target: pattern, share: 2 },
];
