import * as t from 'io-ts';
import { type ChangedPass, type Drift, JobRequest, JobState, Pass, Tally } from '#domain/index.ts';
import { orNull, pageOf } from './common.ts';

const [{ props: required }, { props: points }, { props: custom }] = Pass.type.types;
const { holder: _, memberNumber: __, ...shown } = required;

/** Parts of a pass, without who the holder is. */
const PassParts = t.partial({ ...shown, ...points, ...custom }, 'PassParts');

/** A pass that another version of a projection changes: what of it differs, before and after. */
const ChangedPassText = t.strict(
  {
    memberId: t.string,
    changed: t.readonlyArray(t.string),
    before: orNull(PassParts),
    after: orNull(PassParts),
  } satisfies Record<keyof ChangedPass, t.Mixed>,
  'ChangedPass',
);

/** What a verification found to differ: a projection, the pass, or that there is nothing; since which version, and where in the state. */
const DriftText = t.strict(
  {
    memberId: t.string,
    what: t.string,
    firstVersion: orNull(t.number),
    paths: t.readonlyArray(t.string),
  } satisfies Record<keyof Drift, t.Mixed>,
  'Drift',
);

/** A member to look at, of those that were counted: the version that has no state yet, or is parked, or is behind; how far LIVE or publishing was. */
const Obstacle = t.intersection(
  [
    t.type({ memberId: t.string }),
    t.partial({
      missing: t.string,
      parked: t.string,
      behind: t.union([t.string, t.number]),
      unpublished: t.number,
      failed: t.string,
      threw: t.string,
      reason: t.string,
    }),
  ],
  'Obstacle',
);

/** Numbers by name, how often each path of the pass differs, and a few members to look at. */
export const TallyText = t.strict(
  { ...Tally.type.props, samples: t.readonlyArray(t.union([ChangedPassText, DriftText, Obstacle])) },
  'ShownTally',
);
export type TallyText = t.TypeOf<typeof TallyText>;

/** A job as it stands. */
export const ShownJob = t.strict(
  {
    id: t.string,
    request: JobRequest,
    state: JobState,
    startedAt: t.string,
    endedAt: orNull(t.string),
    /** Why it failed, or what stood in its way last; asked for again, it goes on where it stopped. */
    failure: orNull(t.string),
    /** About how many items there are to walk over; null: unknown. */
    size: orNull(t.number),
    /** Items walked over so far. */
    walked: t.number,
    /** Of the walk as a whole; of a promotion: of the walk after the switch. */
    tally: TallyText,
    /** Of a promotion: what the comparison before the switch found. */
    comparison: orNull(TallyText),
  },
  'Job',
);
export type ShownJob = t.TypeOf<typeof ShownJob>;
export const ShownJobs = pageOf(ShownJob, 'Jobs');

/** A job as it is asked for: all but the type may be left out. */
const [replay, verify, diff, promote, reconcile] = JobRequest.types;
const asked = <P extends t.Props & { readonly type: t.Mixed }>({ type: { props } }: t.ExactC<t.TypeC<P>>) => {
  const { type, ...rest } = props;
  return t.intersection([t.type({ type }), t.partial(rest)]);
};
export const AskedJob = t.union(
  [asked(replay), asked(verify), asked(diff), asked(promote), asked(reconcile)],
  'AskedJob',
);
export type AskedJob = t.TypeOf<typeof AskedJob>;

/** Versions as name@version. epoch: how many promotions there were, from 1. */
export const Projections = t.strict(
  {
    epoch: t.number,
    live: t.readonlyArray(t.string),
    candidates: t.readonlyArray(t.string),
    promotionUnderWay: t.boolean,
    canGoBack: t.boolean,
  },
  'Projections',
);
export type Projections = t.TypeOf<typeof Projections>;
