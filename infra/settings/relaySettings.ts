import type { Pattern } from '#adapters/topology.ts';
import { isRecord, parsed } from './json.ts';
import { type Context, howToGive, type Refuse } from './problem.ts';

/** Partner event sources of Event Relay: a list, or on the command line one text with commas. */
export const readRelaySources = (context: Context, refuse: Refuse): readonly string[] => {
  const given = context.relaySources ?? [];
  const sources: readonly unknown[] | null =
    typeof given === 'string' ? given.split(',').map((source) => source.trim()) : Array.isArray(given) ? given : null;
  if (sources?.every(isPartnerSource)) return [...new Set(sources)];
  const wrong = sources?.findIndex((source) => !isPartnerSource(source)) ?? 0;
  const which = (sources?.length ?? 1) > 1 ? `the ${nth(wrong)} of ${sources?.length} is malformed` : 'malformed';
  refuse(
    'relaySources',
    `${which}. Expected: aws.partner/salesforce.com/<18-character org id>/<channel id>, as the console of EventBridge shows it under Partner event sources; several with commas between. ${howToGive('relaySources', 'aws.partner/salesforce.com/ORG/CHANNEL')}`,
  );
  return [];
};

const isPartnerSource = (source: unknown): source is string =>
  typeof source === 'string' && /^aws\.partner\/salesforce\.com\/00D[A-Za-z0-9]{15}\/[A-Za-z0-9._-]+$/.test(source);

const nth = (index: number): string => ['first', 'second', 'third'][index] ?? `${index + 1}th`;

/** An object, or on the command line its JSON. */
export const readRelayRoutes = (context: Context, refuse: Refuse): Readonly<Record<string, Pattern>> => {
  const given = context.relayRoutes ?? {};
  const routes = typeof given === 'string' ? parsed(given) : given;
  const malformed = (where: string, expected: string): void =>
    refuse(
      where,
      `malformed. Expected: ${expected}. ${howToGive('relayRoutes', `'{"points":{"detail-type":["Points_Posted__e"]}}'`)}`,
    );
  if (!isRecord(routes)) {
    malformed('relayRoutes', 'event patterns by name, on the command line as JSON between single quotes');
    return {};
  }
  if (!Object.keys(routes).every((name) => ROUTE_NAME.test(name)))
    malformed('relayRoutes', 'names of 1 to 32 letters, digits, hyphens');
  for (const [name, route] of Object.entries(routes))
    if (ROUTE_NAME.test(name) && !isPattern(route))
      malformed(`relayRoutes.${name}`, 'an event pattern: fields, and for each a list of what it may be');
  const hasRelay = ![undefined, null, ''].includes(context.relaySources as never);
  if (Object.keys(routes).length > 0 && !hasRelay)
    refuse('relayRoutes', 'there is no Event Relay to route from. Name its partner event sources in relaySources.');
  return routes as Readonly<Record<string, Pattern>>;
};

const ROUTE_NAME = /^[A-Za-z0-9-]{1,32}$/;

/** Objects down to lists of what may be there. */
const isPattern = (value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((part) => (Array.isArray(part) ? part.length > 0 : isPattern(part)));
