import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Live } from '../pass/live.ts';
import type { Shadow } from '../ports.ts';
import { type AnyProjection, ProjectionThrew, refOf } from '../projection/lineup.ts';
import type { Catalog } from '../projection/projection.ts';
import { catalogAtLeast } from '../workflow/latest.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import { statesFor } from '../workflow/shadow.ts';
import { comparePasses, type Lineups, lineupsWith } from './passDiff.ts';
import { addTallies, counted, type Tally } from './tally.ts';

/** A walk over LIVE: where it goes on. */
export type LivePlace = { readonly cursor: string | null; readonly isDone: boolean; readonly tally: Tally };

export type DiffDeps = ProjectDeps & { readonly pause: (ms: number) => Promise<void> };

const PAGE = 100;
/** A shadow is written right after LIVE: what is behind a LIVE that is so young is looked at again. */
const LOOKS = 4;
const PAUSE_MS = 250;
const YOUNG_MS = 10_000;

/**
 * Which passes would change if that version were live: a page of LIVE after the other, each with its shadow. Writes nothing.
 * Counts members, changed, pushes, and what stands in the way: missing (no shadow), behind (a shadow older than LIVE), parked.
 */
export const diffPage =
  (deps: DiffDeps, candidate: AnyProjection) =>
  (place: LivePlace): TaskEither<ProjectFailure, LivePlace> =>
  async () => {
    const page = await deps.views.scan(place.cursor, PAGE)();
    if (E.isLeft(page)) return page;
    const catalog = await catalogAtLeast(deps, Math.max(0, ...page.right.lives.map((live) => live.catalogVersion)));
    if (E.isLeft(catalog)) return catalog;
    const pairs = await pairsOf(deps, candidate, page.right.lives);
    if (E.isLeft(pairs)) return pairs;
    const lineups = lineupsWith(deps, candidate);
    let { tally } = place;
    for (const pair of pairs.right) {
      const compared = await compare(deps, candidate, lineups, pair, catalog.right);
      if (E.isLeft(compared)) return compared;
      tally = addTallies(tally, compared.right);
    }
    return E.right({ cursor: page.right.cursor, isDone: page.right.cursor === null, tally });
  };

type Pair = { readonly live: Live; readonly shadow: Shadow | null };

const pairsOf = async (
  deps: DiffDeps,
  candidate: AnyProjection,
  lives: readonly Live[],
): Promise<E.Either<ProjectFailure, readonly Pair[]>> => {
  const ready = new Map<string, Pair>();
  let wanted: readonly Live[] = lives;
  for (let look = 1; wanted.length > 0; look++) {
    const shadows = await deps.shadows.load(
      refOf(candidate),
      wanted.map(({ memberId }) => memberId),
    )();
    if (E.isLeft(shadows)) return shadows;
    const pairs = wanted.map((live, index) => ({ live, shadow: shadows.right[index] ?? null }));
    for (const pair of pairs) ready.set(pair.live.memberId, pair);
    const isYoung = ({ live }: Pair): boolean => deps.clock() - live.evaluatedAt < YOUNG_MS;
    const apart = pairs.filter((pair) => !isLevel(pair) && isYoung(pair)).map(({ live }) => live.memberId);
    if (apart.length === 0 || look === LOOKS) break;
    await deps.pause(PAUSE_MS);
    const again = await deps.views.loadMany(apart)();
    if (E.isLeft(again)) return again;
    wanted = again.right;
  }
  return E.right([...ready.values()]);
};

const isLevel = ({ live, shadow }: Pair): boolean => shadow !== null && (shadow.isParked || shadow.asOf === live.asOf);

const compare = async (
  deps: DiffDeps,
  candidate: AnyProjection,
  lineups: Lineups,
  pair: Pair,
  catalog: Catalog,
): Promise<E.Either<ProjectFailure, Tally>> => {
  const { live, shadow } = pair;
  const { memberId } = live;
  const ref = refOf(candidate);
  if (shadow === null) return E.right(counted({ members: 1, missing: 1 }, [{ memberId, missing: ref }]));
  if (shadow.isParked) return E.right(counted({ members: 1, parked: 1 }, [{ memberId, parked: ref }]));
  if (!isLevel(pair)) return E.right(counted({ members: 1, behind: 1 }, [{ memberId, behind: ref }]));
  const now = { at: Math.max(deps.clock(), live.evaluatedAt), timeZone: deps.timeZone };
  try {
    // What was deployed or promoted after LIVE was written is not in it yet.
    const was = await statesFor(deps, live, lineups.before);
    if (E.isLeft(was)) return was;
    const states = { ...was.right.states, [ref]: shadow.state };
    return E.right(comparePasses(live, was.right, { states }, lineups, now, catalog));
  } catch (error) {
    if (!(error instanceof ProjectionThrew)) throw error;
    return E.right(counted({ members: 1, parked: 1 }, [{ memberId, parked: error.ref, reason: error.message }]));
  }
};

/** What keeps a version from being promoted; [] where nothing does. */
export const obstacles = ({ counts }: Tally): readonly string[] =>
  (['missing', 'behind', 'parked'] as const).filter((name) => (counts[name] ?? 0) > 0);
