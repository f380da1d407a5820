import type { ShownJob } from '../../../http/answers/jobs.ts';
import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { stateText } from '../flow/inWords.ts';
import { deadLetterName } from '../operate/deadLetterWords.ts';
import { PIPES } from '../operate/pipeWords.ts';
import { jobPath } from '../operate/rebuild/jobPath.ts';
import { isTroubled, jobOutcome } from '../operate/rebuild/jobWords.ts';
import { countOf } from '../operate/words.ts';
import type { Trouble } from './troubles.ts';

/** Something to look at. href: where it is mended. */
export type Attention = {
  readonly tone: 'bad' | 'warn' | 'info';
  readonly title: string;
  readonly text: string;
  readonly href: string;
};

/** nightJobs: those of the last nights, as far as they are known. */
export type AlsoKnown = { readonly nightJobs?: readonly ShownJob[]; readonly troubles?: readonly Trouble[] };

/** What somebody should look at, the worst first. */
export const attentionOf = (
  status: RuntimeStatus,
  { nightJobs = [], troubles = [] }: AlsoKnown = {},
): readonly Attention[] => [
  ...troubles.map(trouble),
  ...deadLetters(status),
  ...parked(status),
  ...quarantined(status),
  ...held(status),
  ...runs(status),
  ...paused(status),
  ...stale(status),
  ...nights(status, nightJobs),
  ...underWay(status),
];

type Part = (status: RuntimeStatus) => readonly Attention[];

const trouble = ({ box: { name, label, kind }, dead, isDown }: Trouble): Attention => {
  const isOutside = kind === 'outside';
  const words = [...(dead > 0 ? [`${dead.toLocaleString()} dead`] : []), ...(isDown ? [stateText('down', kind)] : [])];
  const texts = [
    ...(isDown ? [isOutside ? 'Nothing is sent until a trial succeeds.' : 'What is meant for it waits.'] : []),
    ...(dead > 0 ? ['What was given up on can be sent again.'] : []),
  ];
  const href = isOutside ? '/live' : `/?box=${encodeURIComponent(name)}`;
  return { tone: 'bad', title: `${label}: ${words.join(', ').toLowerCase()}`, text: texts.join(' '), href };
};

const deadLetters: Part = ({ deadLetters: letters }) => {
  const full = Object.entries(letters).filter(([, count]) => count > 0);
  const sum = full.reduce((total, [, count]) => total + count, 0);
  const text = `Given up on after all tries. ${full.map(([queue, count]) => `${deadLetterName(queue)}: ${count.toLocaleString()}`).join('; ')}.`;
  return sum === 0 ? [] : [{ tone: 'bad', title: countOf(sum, 'dead letter'), text, href: '/operate/dead-letters' }];
};

const parked: Part = ({ parked: { members, projections, isMore } }) => {
  if (members === 0) return [];
  const title = members < 0 ? 'The store does not say who is parked' : `${countOf(members, 'member')} parked`;
  const which = Object.entries(projections).map(([ref, count]) => `${ref} ${count.toLocaleString()}`);
  const text = `A projection fails for them, and their passes stay as they were: ${which.join(', ')}${isMore ? ', and more' : ''}.`;
  return [{ tone: 'bad', title, text: members < 0 ? 'It is asked again.' : text, href: '/operate/parked' }];
};

const quarantined: Part = ({ quarantined: count }) => {
  if (count === 0) return [];
  const title = count < 0 ? 'The store does not say what is in quarantine' : `${count.toLocaleString()} in quarantine`;
  const text =
    count < 0 ? 'It is asked again.' : 'Input that could not be understood. After a mend it can be read again.';
  return [{ tone: 'warn', title, text, href: '/operate/quarantine' }];
};

/** Late alone is nobody's business: a machine that slept has made up for it. What a verification found is. */
const nights = ({ nightly }: RuntimeStatus, jobs: readonly ShownJob[]): readonly Attention[] =>
  nightly.flatMap(({ job, jobId, last }): readonly Attention[] => {
    const found = jobs.find(({ id }) => id === jobId);
    const href = jobId === null ? '/operate/rebuild' : jobPath(jobId);
    if (last?.state === 'failed') {
      const text = 'Passes that it would have found and mended stay as they are until it is done.';
      return [{ tone: 'warn', title: `The night’s ${job} failed`, text, href }];
    }
    return found === undefined || found.state === 'running' || !isTroubled(found)
      ? []
      : [{ tone: 'bad', title: `The night’s ${job} found something`, text: jobOutcome(found), href }];
  });

const held: Part = ({ upkeep: { absences } }) =>
  absences.flatMap(({ object, missedTwice, heldBecause }) =>
    heldBecause === null
      ? []
      : [
          {
            tone: 'warn' as const,
            title: `Deletions of ${object} are held`,
            text: `${countOf(missedTwice, 'record')} were left out of two full loads; ${heldBecause}.`,
            href: '/operate/runs',
          },
        ],
  );

const runs: Part = ({
  upkeep: {
    runs: { disagreeing, failed },
  },
}) => {
  const found = [
    ...(disagreeing > 0 ? [`${disagreeing.toLocaleString()} with another number of rows than was reported`] : []),
    ...(failed > 0 ? [`${failed.toLocaleString()} failed`] : []),
  ];
  return found.length === 0
    ? []
    : [{ tone: 'warn', title: 'Flow runs disagree or failed', text: `${found.join(', ')}.`, href: '/operate/runs' }];
};

const paused: Part = ({ paused: pipes }) =>
  pipes.map(({ pipe, waiting }) => ({
    tone: 'warn' as const,
    title: `The pipe ${pipe} is paused`,
    text: `${waiting ? 'Work waits for it' : 'Nothing waits for it yet'}. ${whilePaused(pipe)}`.trim(),
    href: '/operate/pipes',
  }));

const whilePaused = (pipe: string): string =>
  Object.entries(PIPES).find(([name]) => name === pipe)?.[1].whilePaused ?? '';

const stale: Part = ({
  upkeep: {
    stale: { count, items },
  },
}) =>
  count <= 0
    ? []
    : [
        {
          tone: 'info',
          title: `${countOf(count, 'record')} to be read again`,
          text: `Something of ${[...new Set(items.map(({ object }) => object))].join(', ')} changed that no source told. The next load of it says what.`,
          href: '/operate/files',
        },
      ];

const underWay: Part = ({ job, inbox }) => [
  ...(job === null
    ? []
    : [
        {
          tone: 'info' as const,
          title: `A ${job.type} is running`,
          text: `${job.walked.toLocaleString()}${job.size === null ? '' : ` of about ${job.size.toLocaleString()}`} so far.`,
          href: '/operate/rebuild',
        },
      ]),
  ...(inbox.waiting === 0
    ? []
    : [
        {
          tone: 'info' as const,
          title: `${countOf(inbox.waiting, 'file')} in the inbox`,
          text: inbox.loading === null ? 'Their turn comes.' : `${inbox.loading.file} is being read.`,
          href: '/operate/files',
        },
      ]),
];
