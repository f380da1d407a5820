import { isDeepStrictEqual } from 'node:util';
import {
  byRef,
  emptyCatalog,
  fold,
  initialStates,
  type MemberEvent,
  type Moment,
  renderPass,
  viewAll,
} from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { consume, costs, measureInTurn, rate, type Subject, spread, timeRatio } from './measure.ts';
import { memberEvents } from './memberEvents.ts';
import { foldInPlace } from './mutatingFold.ts';
import type { Row } from './table.ts';
import { oneCommitEach, walkStates } from './walkInMemory.ts';

const EVENTS = 5_000;
/** Few events of many members is the daily case; many of one is a rebuild, where copying the state for each event shows. */
const EVENTS_OF_A_MEMBER = [5, 25, 1000];
const DEFAULT_REPEATS = 40;

/** Events to states through the projections, against one switch that changes one state in place. */
export const foldBenchmark: Benchmark = {
  name: 'fold',
  about: 'events to states, against a switch that changes them in place',
  run: async ({ rounds, size, say }) => {
    const rows: Row[] = [];
    for (const each of EVENTS_OF_A_MEMBER) {
      const members = size.members ?? Math.max(5, EVENTS / each);
      const repeats = size.members === null ? Math.max(2, Math.round(DEFAULT_REPEATS / Math.max(1, each / 100))) : 1;
      say(`${members} members with ${each} events each`);
      rows.push(...(await measureMembers(members, each, repeats, rounds)));
    }
    return { name: 'fold', tables: [{ title: 'members with so many events each', rows }] };
  },
};

const BASE = 'switch, in place';
const SUBJECT = 'projections';
const WALK = 'walkLog: a commit an event, in pages';
const NEXT = 'projections: one event more, state as stored';
const VIEW = 'viewAll + renderPass';
const NOW: Moment = { at: Date.UTC(2026, 6, 1), timeZone: 'Europe/Paris' };

const measureMembers = async (
  members: number,
  each: number,
  repeats: number,
  rounds: number,
): Promise<readonly Row[]> => {
  const lives = Array.from({ length: members }, (_, member) => memberEvents(member, each));
  const folded = lives.map((events) => fold(initialStates, events));
  // A base that computed something else would be no base.
  for (const [member, events] of lives.entries())
    if (!isDeepStrictEqual(folded[member], foldInPlace(events))) throw new Error(`member ${member} folds differently`);

  const log = lives.flatMap(oneCommitEach);
  const walked = await walkStates(log);
  for (const [member, states] of folded.entries())
    if (!isDeepStrictEqual(walked[member], byRef(states))) throw new Error(`member ${member} is walked differently`);

  const stored: readonly (typeof initialStates)[] = folded.map((states) => JSON.parse(JSON.stringify(states)));
  const next = lives.map((events) => events.slice(-1));

  const eventsOf = (run: (events: readonly MemberEvent[]) => unknown) => () => {
    for (let repeat = 0; repeat < repeats; repeat++) for (const events of lives) consume(run(events));
    return repeats * members * each;
  };
  const subjects: readonly Subject[] = [
    { name: BASE, run: eventsOf(foldInPlace) },
    { name: SUBJECT, run: eventsOf((events) => fold(initialStates, events)) },
    {
      name: WALK,
      run: async () => {
        for (let repeat = 0; repeat < repeats; repeat++) consume(await walkStates(log));
        return repeats * log.length;
      },
    },
    {
      name: NEXT,
      run: () => {
        for (const [member, states] of stored.entries()) consume(fold(states, next[member] ?? []));
        return members;
      },
    },
    {
      name: VIEW,
      run: () => {
        for (const states of folded) consume(renderPass('member', viewAll(states, NOW, emptyCatalog)));
        return members;
      },
    },
  ];
  const samples = await measureInTurn(subjects, rounds);
  const ratio = timeRatio(samples, BASE, SUBJECT, 'cpuMs');
  return [
    { 'events each': each, variant: BASE, 'events/CPU s': rate(samples, BASE, 'cpuMs').median, 'of the base': 1 },
    {
      'events each': each,
      variant: SUBJECT,
      'events/CPU s': rate(samples, SUBJECT, 'cpuMs').median,
      'of the base': ratio,
    },
    {
      'events each': each,
      variant: WALK,
      'events/CPU s': rate(samples, WALK, 'cpuMs').median,
      'of the base': timeRatio(samples, BASE, WALK, 'cpuMs'),
    },
    { 'events each': each, variant: NEXT, 'µs a member': spread(costs(samples, NEXT, 'cpuMs')).median * 1000 },
    { 'events each': each, variant: VIEW, 'µs a member': spread(costs(samples, VIEW, 'cpuMs')).median * 1000 },
  ];
};
