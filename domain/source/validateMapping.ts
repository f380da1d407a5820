import * as E from 'fp-ts/lib/Either.js';
import { isTimeZone } from '../values/calendar.ts';
import { toMinorUnits } from '../values/money.ts';
import {
  type FullLoad,
  fieldsRead,
  type Mapping,
  type ObjectMapping,
  type PlatformEventMapping,
  type Programme,
} from './mapping.ts';
import { isPresetName, overPreset, presetNames } from './presets.ts';
import { apiName, isPlain, type MappingProblem, namedThings, onlyKeys, type Place, placeIn } from './problems.ts';
import { validateFeeds } from './validateFeeds.ts';
import { validateObject } from './validateObject.ts';

/** Margin for clock differences and query delays where a mapping says none. */
const USUAL_MARGIN_MS = 5_000;

/** Reads what a mapping file says (see mappingFile.ts). Left: all that is wrong with it, not only the first. */
export const validateMapping = (file: unknown): E.Either<readonly MappingProblem[], Mapping> => {
  const problems: MappingProblem[] = [];
  const place = placeIn(problems);
  if (!isPlain(file)) {
    place.expected('a mapping: an object with objects');
    return E.left(problems);
  }
  if (file.extends !== undefined && !isPresetName(file.extends)) {
    // What the file says is laid over it: without it nobody can tell what is missing.
    place.at('extends').expected(`one of the presets ${presetNames.join(', ')}`);
    return E.left(problems);
  }
  const given = overPreset(file);
  if (!isPlain(given)) return E.left(problems);

  onlyKeys(place, given, [
    'extends',
    'programme',
    'objects',
    'flows',
    'fullLoads',
    'feeds',
    'platformEvents',
    'ignored',
  ]);
  const programme = validateProgramme(place.at('programme'), given.programme);
  const objects = validateObjects(place.at('objects'), given.objects);
  const ignored = validateIgnored(place.at('ignored'), given.ignored, objects);
  const flows = validateFlows(place.at('flows'), given.flows, objects, ignored);
  const fullLoads = validateFullLoads(place.at('fullLoads'), given.fullLoads, { ...objects, ...flows });
  const feeds = validateFeeds(place.at('feeds'), given.feeds, Object.keys(objects));
  const platformEvents = validatePlatformEvents(place.at('platformEvents'), given.platformEvents, objects);
  return problems.length > 0
    ? E.left(problems)
    : E.right({
        programme,
        objects: understood(objects),
        flows,
        ...(fullLoads.length > 0 && { fullLoads }),
        ...(Object.keys(feeds).length > 0 && { feeds }),
        ...(Object.keys(platformEvents).length > 0 && { platformEvents }),
        ...(ignored.length > 0 && { ignored }),
      });
};

const validateProgramme = (place: Place, value: unknown): Programme => {
  const given = namedThings(place, value, 'an object with currency and timeZone');
  onlyKeys(place, given, ['currency', 'timeZone', 'extractionMarginMs']);
  const { currency, timeZone, extractionMarginMs = USUAL_MARGIN_MS } = given;
  const isCurrency = typeof currency === 'string' && E.isRight(toMinorUnits('0', currency));
  if (!isCurrency) place.at('currency').expected('an ISO 4217 currency code such as EUR');
  const isZone = typeof timeZone === 'string' && isTimeZone(timeZone);
  if (!isZone) place.at('timeZone').expected('an IANA time zone such as Europe/Paris, or UTC');
  const isMargin = typeof extractionMarginMs === 'number' && extractionMarginMs >= 0 && extractionMarginMs <= 3_600_000;
  if (!isMargin) place.at('extractionMarginMs').expected('milliseconds, from 0 to 3600000');
  return {
    currency: isCurrency ? currency : '',
    timeZone: isZone ? timeZone : 'UTC',
    extractionMarginMs: isMargin ? extractionMarginMs : USUAL_MARGIN_MS,
  };
};

/** By name; null: it is there, but wrong. */
type Objects = Readonly<Record<string, ObjectMapping | null>>;

const validateObjects = (place: Place, value: unknown): Objects => {
  const given = namedThings(place, value, 'an object of objects, by API name');
  const objects: Objects = Object.fromEntries(
    Object.entries(given).map(([name, object]) => {
      apiName(place.at(name), name, 'the API name of an object');
      return [name, validateObject(place.at(name), object)];
    }),
  );
  const isMember = (object: unknown): boolean => isPlain(object) && object.role === 'member';
  if (!Object.values(given).some(isMember)) place.expected('at least one object with the role member');
  return objects;
};

const understood = (objects: Objects): Mapping['objects'] =>
  Object.fromEntries(Object.entries(objects).flatMap(([name, object]) => (object === null ? [] : [[name, object]])));

const validateIgnored = (place: Place, value: unknown, objects: Objects): readonly string[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    place.expected('a list of objects, by API name');
    return [];
  }
  return value.flatMap((object: unknown, index) => {
    const name = apiName(place.at(String(index)), object, 'the API name of an object');
    if (name === null) return [];
    if (!Object.hasOwn(objects, name)) return [name];
    place.at(String(index)).expected('an object that this mapping does not read');
    return [];
  });
};

const validateFlows = (place: Place, value: unknown, objects: Objects, ignored: readonly string[]): Mapping['flows'] =>
  Object.fromEntries(
    Object.entries(namedThings(place, value, 'an object of flow names and objects')).flatMap(([flow, object]) => {
      const isOfIgnored = typeof object === 'string' && ignored.includes(object);
      return isOfIgnored || isObjectOf(place.at(flow), object, objects) ? [[flow, object]] : [];
    }),
  );

const isObjectOf = (place: Place, object: unknown, objects: Objects): object is string => {
  if (typeof object === 'string' && Object.hasOwn(objects, object)) return true;
  place.expected(`an object of this mapping (${Object.keys(objects).join(', ')})`);
  return false;
};

/** known: flows and objects, by name. */
const validateFullLoads = (place: Place, value: unknown, known: object): readonly FullLoad[] => {
  if (value === undefined) return [];
  const names = Object.keys(known);
  const isFlow = (flow: unknown): boolean => typeof flow === 'string' && names.includes(flow);
  if (!Array.isArray(value)) place.expected('a list of flows that read a whole object');
  else
    for (const [index, load] of value.entries()) {
      const flows: readonly unknown[] = Array.isArray(load) ? load : [load];
      if (flows.length === 0 || !flows.every(isFlow))
        place
          .at(String(index))
          .expected(`a flow, or a list of flows that read an object together (${names.join(', ')})`);
    }
  return Array.isArray(value) ? value : [];
};

const EVENT_KINDS: readonly PlatformEventMapping['kind'][] = ['changed', 'whole', 'deleted'];

const validatePlatformEvents = (
  place: Place,
  value: unknown,
  objects: Objects,
): Readonly<Record<string, PlatformEventMapping>> =>
  Object.fromEntries(
    Object.entries(namedThings(place, value, 'an object of platform events, by API name')).flatMap(([name, event]) => {
      const read = validatePlatformEvent(place.at(name), event, objects);
      return read === null ? [] : [[name, read]];
    }),
  );

const validatePlatformEvent = (place: Place, value: unknown, objects: Objects): PlatformEventMapping | null => {
  if (!isPlain(value)) {
    place.expected('an object with object, id, stamp, kind and fields');
    return null;
  }
  onlyKeys(place, value, ['object', 'id', 'stamp', 'kind', 'fields']);
  const { object } = value;
  const isKnown = isObjectOf(place.at('object'), object, objects);
  const id = apiName(place.at('id'), value.id, 'the event field that holds the id of the record');
  const stamp = apiName(place.at('stamp'), value.stamp, 'the event field that says as of when, such as CreatedDate');
  const kind = EVENT_KINDS.find((known) => known === value.kind);
  if (kind === undefined) place.at('kind').expected(`one of the kinds ${EVENT_KINDS.join(', ')}`);
  const given = namedThings(place.at('fields'), value.fields, 'an object of event fields and fields of the object');
  const meaning = isKnown ? (objects[object] ?? null) : null;
  const readable = meaning === null ? null : fieldsRead(meaning).map(({ field }) => field);
  const fields: Record<string, string> = {};
  for (const [eventField, target] of Object.entries(given)) {
    if (typeof target === 'string' && (readable === null || readable.includes(target))) fields[eventField] = target;
    else place.at('fields', eventField).expected(`a field that the mapping reads (${readable?.join(', ') ?? 'text'})`);
  }
  const targets = Object.values(fields);
  if (new Set(targets).size < targets.length) place.at('fields').expected('each field of the object once');
  if (!isKnown || id === null || stamp === null || kind === undefined) return null;
  return { object, id, stamp, kind, fields };
};
