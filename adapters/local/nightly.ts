import * as E from 'fp-ts/lib/Either.js';
import { type Clock, type EpochMs, isDatedAhead } from '#domain/index.ts';
import type { Night as LastNight, NightlyJob } from '../http/answers/nightly.ts';
import { readRequest } from '../jobs/readRequest.ts';
import type { NightlyDeclaration } from '../topology.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Log } from './functions.ts';
import type { Jobs } from './jobs.ts';

export type NightlyDeps = {
  readonly declared: Readonly<Record<string, NightlyDeclaration>>;
  readonly jobs: Pick<Jobs, 'start' | 'report'>;
  readonly checkpoints: Pick<Checkpoints, 'load' | 'save'>;
  readonly clock: Clock;
  readonly log: Log;
};

export type Nightly = {
  /** Starts what is due and not yet started, unless another job runs: then the next round does. */
  readonly round: () => Promise<void>;
  readonly status: () => Promise<readonly NightlyJob[]>;
};

/**
 * The nightly jobs of the topology, as EventBridge's schedules start them on AWS. A machine that sleeps at night does them when it wakes, once. Each night that
 * was seen to is remembered, so a new store waits for its first; killed between the start and that, the job is started again, and finds less to do.
 */
export const nightly = (deps: NightlyDeps): Nightly => {
  const { declared, clock } = deps;
  const nights = remembered(deps);
  const lasts = lastOf(deps);
  return {
    round: async () => {
      for (const [name, declaration] of Object.entries(declared)) {
        const seen = await nights.load(name);
        const due = lastTime(declaration.atUtc, clock());
        if (seen === null) await nights.save(name, { at: due, jobId: null, isTold: true });
        // That night has not come: a clock was ahead, and the next one must not be left out for it.
        else if (isDatedAhead(seen.at, clock())) await nights.save(name, { ...seen, at: due });
        else if (due > seen.at) await start(deps, nights, name, declaration, due);
        else await tellOnce(deps, nights, name, seen);
      }
    },
    status: () =>
      Promise.all(
        Object.entries(declared).map(async ([name, { atUtc }]): Promise<NightlyJob> => {
          const seen = await nights.load(name);
          const due = lastTime(atUtc, clock());
          const isDue = seen !== null && due > seen.at;
          return {
            ...{ job: name, isDue, jobId: seen?.jobId ?? null, last: seen === null ? null : await lasts(seen) },
            nextAt: new Date(isDue ? due : due + DAY_MS).toISOString(),
          };
        }),
      ),
  };
};

/** at: the time of the night that was seen to. isTold: what came of it was logged. */
type Night = { readonly at: EpochMs; readonly jobId: string | null; readonly isTold: boolean };

type Nights = {
  readonly load: (name: string) => Promise<Night | null>;
  readonly save: (name: string, night: Night) => Promise<void>;
};

/** Status is asked often, and nobody else writes them. */
const remembered = ({ checkpoints }: NightlyDeps): Nights => {
  const known = new Map<string, Night | null>();
  return {
    load: async (name) => {
      const night = known.get(name);
      if (night !== undefined) return night;
      const place = await checkpoints.load(placeOf(name));
      const stored: Night | null = place === null ? null : JSON.parse(place);
      known.set(name, stored);
      return stored;
    },
    save: async (name, night) => {
      await checkpoints.save(placeOf(name), JSON.stringify(night));
      known.set(name, night);
    },
  };
};

/** What became of a night; one that has ended is not read again. */
const lastOf = ({ jobs }: NightlyDeps): ((night: Night) => Promise<LastNight | null>) => {
  const ended = new Map<string, LastNight>();
  return async ({ at, jobId }) => {
    if (jobId === null) return null;
    const known = ended.get(jobId);
    if (known !== undefined) return known;
    const report = await jobs.report(jobId);
    if (E.isLeft(report) || report.right === null) return null;
    const { startedAt, endedAt, state } = report.right;
    const last: LastNight = {
      ...{ dueAt: iso(at), startedAt: iso(startedAt), endedAt: endedAt === null ? null : iso(endedAt), state },
      isLate: startedAt - at > LATE_MS,
    };
    if (state === 'done') ended.set(jobId, last);
    return last;
  };
};

/** A round is a minute, and the job before it seldom longer. */
const LATE_MS = 60 * 60_000;
const iso = (at: EpochMs): string => new Date(at).toISOString();

const placeOf = (name: string): string => `nightly#${name}`;

const start = async (
  { jobs, log }: NightlyDeps,
  nights: Nights,
  name: string,
  { request }: NightlyDeclaration,
  due: EpochMs,
): Promise<void> => {
  const asked = readRequest(request);
  if (E.isLeft(asked)) throw new Error(`nightly ${name}: ${asked.left}`);
  const started = await jobs.start(asked.right);
  if (E.isRight(started)) {
    await nights.save(name, { at: due, jobId: started.right.id, isTold: false });
    log({ type: 'NightlyStarted', job: name, id: started.right.id });
  } else if (started.left.type !== 'Busy') log({ type: 'NightlyFailed', job: name, reason: started.left.type });
};

/** What a night brought to light is said once, when its job has ended. */
const tellOnce = async ({ jobs, log }: NightlyDeps, nights: Nights, name: string, night: Night): Promise<void> => {
  if (night.isTold || night.jobId === null) return;
  const report = await jobs.report(night.jobId);
  if (E.isLeft(report) || report.right?.state === 'running') return;
  const { overdue = 0, drifted = 0 } = report.right?.tally.counts ?? {};
  if (overdue + drifted > 0) log({ type: 'NightlyFound', job: name, id: night.jobId, overdue, drifted });
  await nights.save(name, { ...night, isTold: true });
};

const DAY_MS = 86_400_000;

/** When it was that time of the day last. */
export const lastTime = (atUtc: string, now: EpochMs): EpochMs => {
  const [hours = 0, minutes = 0] = atUtc.split(':').map(Number);
  const ofDay = (hours * 60 + minutes) * 60_000;
  return Math.floor((now - ofDay) / DAY_MS) * DAY_MS + ofDay;
};
