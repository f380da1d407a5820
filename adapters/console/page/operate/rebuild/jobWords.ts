import type { ShownJob, TallyText } from '../../../../http/answers/jobs.ts';
import { clockText, countOf } from '../words.ts';

/** What a job is, as its heading. */
export const jobName = ({ request }: Pick<ShownJob, 'request'>): string => {
  switch (request.type) {
    case 'replay':
      return request.memberId === null
        ? `Replay of ${request.projection ?? 'everything'}`
        : `Replay of ${request.memberId}`;
    case 'verify':
      if (request.memberId !== null) return `Verification of ${request.memberId}`;
      return request.sample === 1
        ? 'Verification of all members'
        : `Verification of ${+(request.sample * 100).toFixed(2)} % of members`;
    case 'diff':
      return `Comparison of ${request.projection ?? 'the waiting version'}`;
    case 'promote':
      return request.back ? 'Promotion taken back' : `Promotion of ${request.projection ?? 'the waiting version'}`;
    case 'reconcile':
      return 'Reconciliation';
  }
};

/** What it came to. Of a job that failed: why. */
export const jobOutcome = ({ request, state, failure, tally: { counts } }: ShownJob): string => {
  if (state === 'failed') return failure ?? 'It failed.';
  const of = (name: string): number => counts[name] ?? 0;
  const trouble = [
    ...(of('parked') > 0 ? [`${of('parked').toLocaleString()} parked`] : []),
    ...(of('failed') > 0 ? [`${of('failed').toLocaleString()} failed`] : []),
  ];
  const said = (...parts: readonly string[]): string => `${[...parts, ...trouble].join(', ')}.`;
  switch (request.type) {
    case 'replay':
      return said(
        `${countOf(of('members'), 'member')} folded again`,
        ...(of('rebuilt') > 0 ? [`${of('rebuilt').toLocaleString()} rebuilt`] : []),
        ...(of('shadows') > 0 ? [`${countOf(of('shadows'), 'state')} of waiting versions written`] : []),
        of('pushes') > 0 ? `${countOf(of('pushes'), 'pass', 'passes')} changed` : 'no pass changed',
      );
    case 'verify':
      return said(
        `${countOf(of('members'), 'member')} folded again`,
        of('drifted') === 0
          ? 'no drift'
          : `${of('drifted').toLocaleString()} ${of('drifted') === 1 ? 'differs' : 'differ'} from what is stored`,
        ...(of('behind') > 0 ? [`${of('behind').toLocaleString()} behind the log`] : []),
      );
    case 'diff':
      return said(
        `${countOf(of('changed'), 'pass', 'passes')} of ${of('members').toLocaleString()} would change`,
        countOf(of('pushes'), 'push', 'pushes'),
      );
    case 'promote':
      return said(
        `${countOf(of('members'), 'member')} switched`,
        `${countOf(of('pushes'), 'pass', 'passes')} published`,
      );
    case 'reconcile':
      return said(
        `${countOf(of('members'), 'member')} looked at`,
        `${of('behind').toLocaleString()} behind their events`,
        `${of('unpublished').toLocaleString()} not published`,
        ...(of('behind') + of('unpublished') > 0 ? ['repaired'] : []),
      );
  }
};

/** What is to be looked at although the job came to its end. */
export const isTroubled = ({ state, tally: { counts } }: ShownJob): boolean =>
  state === 'failed' || ['parked', 'failed', 'drifted'].some((name) => (counts[name] ?? 0) > 0);

/** What there is to walk over; null: nobody knows. Comparisons walk over members, whom another job may have counted. */
export const sizeOf = (job: ShownJob, others: readonly ShownJob[]): number | null => {
  if (job.request.type === 'promote' && job.walked > 0) return job.comparison?.counts.members ?? null;
  if (job.request.type !== 'diff') return job.size;
  const counted = others.find(({ state, request }) => state === 'done' && isOfAll(request));
  return counted?.tally.counts.members ?? null;
};

const isOfAll = (request: ShownJob['request']): boolean =>
  request.type === 'diff' || (request.type === 'replay' && request.memberId === null);

/** How far it is, how fast, how long it takes. since: when and where it was first looked at. */
export const progressText = (
  job: ShownJob,
  size: number | null,
  since: { readonly walked: number; readonly at: number },
  now: number,
): string => {
  const { members = 0, pushes = 0 } = job.tally.counts;
  const seconds = (now - since.at) / 1000;
  const walked = job.walked - since.walked;
  const perSecond = seconds >= 1 && walked > 0 ? walked / seconds : null;
  const isComparing = job.request.type === 'promote' && job.walked === 0;
  return [
    isComparing
      ? `comparing ${countOf(job.comparison?.counts.members ?? 0, 'member')} first`
      : size === null
        ? countOf(members, 'member')
        : `${job.walked.toLocaleString()} of ${job.request.type === 'promote' ? '' : 'about '}${Math.max(size, job.walked).toLocaleString()}`,
    pushes > 0 ? countOf(pushes, 'push', 'pushes') : '',
    perSecond === null ? '' : `${Math.round(perSecond).toLocaleString()}/s`,
    perSecond === null || size === null || size <= job.walked
      ? ''
      : `${clockText((size - job.walked) / perSecond)} left`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

/** What keeps a version from being promoted. */
export const obstaclesOf = ({ counts }: Pick<TallyText, 'counts'>): readonly string[] =>
  Object.entries(OBSTACLES).flatMap(([name, meaning]) => {
    const count = counts[name] ?? 0;
    return count === 0 ? [] : [`${countOf(count, 'member')} ${meaning}`];
  });

const OBSTACLES = {
  missing: 'without a state of that version yet: a replay makes them',
  behind: 'folded less far than by the live version: compare again in a moment',
  parked: 'for whom the version fails',
  threw: 'for whom the projection fails',
} as const;
