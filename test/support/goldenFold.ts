import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type AnyProjection, foldWith, type Mapping, type MemberEvent, presets, refOf } from '#domain/index.ts';
import { memberEventsArb } from '#test/support/arbitraries.ts';
import { differenceOf } from '#test/support/plainJson.ts';
import { historyArb, type LawOptions } from '#test/support/projectionSamples.ts';

/**
 * A history as it was once generated, when its last event was recorded (absent: nothing was compacted), and the state it folded to. It is never
 * edited: stored states of that version look like it.
 */
type GoldenFold = { readonly events: readonly MemberEvent[]; readonly recordedAt?: number; readonly state: unknown };

/** Some of the days in the history are out of sight by then. */
const RECORDED_AT = Date.UTC(2025, 2, 1);

export const goldenFile = (folder: string, projection: AnyProjection): string =>
  join(folder, `${refOf(projection)}.json`);
export const hasGoldenFold = (folder: string, projection: AnyProjection): boolean =>
  existsSync(goldenFile(folder, projection));

/** Touches no file that is there. options: what the history is of, where it is not of the presets. Throws where nothing in it matters to the projection. */
export const addGoldenFold = (folder: string, projection: AnyProjection, options: LawOptions = {}): void => {
  if (hasGoldenFold(folder, projection)) return;
  const events = fixedHistory(options);
  const { initial } = projection;
  const golden: GoldenFold = { events, state: foldWith(projection, initial, events, RECORDED_AT) };
  if (differenceOf(initial, golden.state, 'state') === null)
    throw new Error(`${refOf(projection)} folds nothing of its golden history: say in golden.test.ts what it reads`);
  mkdirSync(folder, { recursive: true });
  // A line for each event.
  const lines = events.map((event) => `    ${JSON.stringify(event)}`).join(',\n');
  writeFileSync(
    goldenFile(folder, projection),
    `{\n  "events": [\n${lines}\n  ],\n  "recordedAt": ${RECORDED_AT},\n  "state": ${JSON.stringify(golden.state)}\n}\n`,
  );
};

/** What is wrong, in words; null: the version still folds its golden history to the state it always did. */
export const goldenFault = (folder: string, projection: AnyProjection): string | null => {
  const { events, recordedAt, state }: GoldenFold = JSON.parse(readFileSync(goldenFile(folder, projection), 'utf8'));
  const now = JSON.parse(JSON.stringify(foldWith(projection, projection.initial, events, recordedAt ?? null)));
  const difference = differenceOf(state, now, 'state');
  if (difference === null) return null;
  const { name, version } = projection;
  return [
    `${refOf(projection)} folds the history of ${refOf(projection)}.json to another state (${difference}).`,
    `Raise "version" of ${name} to ${version + 1}, so that stored states are folded again; BILLFOLD_ADD_GOLDEN=1 then adds its file.`,
    `Only where version ${version} never ran anywhere: remove the file and add it again.`,
  ].join('\n');
};

/** Some of everything: any events at all, and what merge and decide make of what is read. The same for the same generators. */
const fixedHistory = ({ mapping, values, events }: LawOptions): readonly MemberEvent[] => {
  const mappings: readonly Mapping[] = mapping === undefined ? Object.values(presets) : [mapping];
  const own = events === undefined ? [] : [events];
  const arbitrary = fc.tuple(memberEventsArb, ...mappings.map((each) => historyArb(each, values)), ...own);
  return fc.sample(arbitrary, { seed: 1, numRuns: 12 }).flat(2).slice(0, 60);
};
