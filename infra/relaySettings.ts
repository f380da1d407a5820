import type { Pattern } from '#adapters/topology.ts';
import { type Context, howToGive, type Refuse } from './problem.ts';

/** Partner event sources of Event Relay: a list, or on the command line one text with commas. */
export const readRelaySources = (context: Context, refuse: Refuse): readonly string[] => {
  const given = context.relaySources ?? [];
  const sources = typeof given === 'string' ? given.split(',').map((source) => source.trim()) : given;
  if (isTexts(sources) && sources.every((source) => PARTNER_SOURCE.test(source))) return [...new Set(sources)];
  refuse(
    'relaySources',
    `malformed. Expected: names of partner event sources, aws.partner/salesforce.com/<18-character org id>/<channel id>, several with commas between. ${howToGive('relaySources', 'aws.partner/salesforce.com/ORG/CHANNEL')}`,
  );
  return [];
};

const PARTNER_SOURCE = /^aws\.partner\/salesforce\.com\/00D[A-Za-z0-9]{15}\/[A-Za-z0-9._-]+$/;

/** An object, or on the command line its JSON. */
export const readRelayRoutes = (context: Context, refuse: Refuse): Readonly<Record<string, Pattern>> => {
  const given = context.relayRoutes ?? {};
  const routes = typeof given === 'string' ? parsed(given) : given;
  if (
    !isRecord(routes) ||
    !Object.entries(routes).every(([name, route]) => ROUTE_NAME.test(name) && isPattern(route))
  ) {
    refuse(
      'relayRoutes',
      `malformed. Expected: an object of EventBridge event patterns by name (letters, digits, hyphens; at most 32). ${howToGive('relayRoutes', `'{"points":{"detail-type":["Points_Posted"]}}'`)}`,
    );
    return {};
  }
  const hasRelay = ![undefined, null, ''].includes(context.relaySources as never);
  if (Object.keys(routes).length > 0 && !hasRelay)
    refuse('relayRoutes', 'there is no Event Relay to route from. Name its partner event sources in relaySources.');
  return routes as Readonly<Record<string, Pattern>>;
};

const ROUTE_NAME = /^[A-Za-z0-9-]{1,32}$/;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects down to lists of what may be there. */
const isPattern = (value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((part) => (Array.isArray(part) ? part.length > 0 : isPattern(part)));
