import * as E from 'fp-ts/lib/Either.js';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';

const PLACES = ['memberId', 'revision', 'id', 'source', 'type'] as const;
type Place = (typeof PLACES)[number];

/** What is wrong with the URL of a webhook; null: nothing. It may hold {memberId} and its like behind the host. */
export const urlProblem = (text: string): string | null => {
  const parsed = URL.parse(text.replace(/\{\w*\}/g, 'x'));
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return 'expected a URL that begins with https://';
  if (/[{}]/.test(text.split(/[/?#]/, 3)[2] ?? '')) return 'expected a host without {}';
  const unknown = [...text.matchAll(/\{([^}]*)\}?/g)].find(([, name = '']) => !isPlace(name));
  if (unknown !== undefined) return `expected one of ${PLACES.map((name) => `{${name}}`).join(', ')} inside {}`;
  if (parsed.protocol === 'http:' && !LOOPBACK.test(parsed.hostname))
    return 'expected https:// (http:// goes to this machine alone: localhost, 127.0.0.1, [::1])';
  if (parsed.username !== '' || parsed.password !== '')
    return 'expected no name and password in a URL: put them into a header, as { "secret": "name" }';
  return parsed.hash === '' ? null : 'expected a URL without #, which is never sent';
};

const isPlace = (name: string): name is Place => PLACES.some((place) => place === name);
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Left: why this event has no such URL. No value changes the host, or the depth of the path. */
export const urlFor = (template: string, event: AcceptedEvent): E.Either<string, string> => {
  const values: Readonly<Record<Place, string | undefined>> = {
    ...{ memberId: event.pass?.memberId, revision: event.pass?.revision.toString() },
    ...{ id: event.id, source: event.source, type: event.type },
  };
  const missing = PLACES.find((place) => {
    const value = values[place];
    return template.includes(`{${place}}`) && (value === undefined || /^\.{0,2}$/.test(value) || !value.isWellFormed());
  });
  if (missing !== undefined) return E.left(`url: this event has no {${missing}} for it`);
  return E.right(template.replace(/\{(\w+)\}/g, (_whole, place: Place) => encodeURIComponent(values[place] ?? '')));
};
