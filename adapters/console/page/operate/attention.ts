import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { countOf } from './words.ts';

/** Something to look at. href: where; null: nowhere here. */
export type Attention = {
  readonly tone: 'bad' | 'warn' | 'info';
  readonly title: string;
  readonly text: string;
  readonly href: string | null;
};

/** What a status says that somebody should look at, the worst first. */
export const attentionOf = (status: RuntimeStatus): readonly Attention[] => [
  ...deadLetters(status),
  ...parked(status),
  ...quarantined(status),
  ...held(status),
  ...runs(status),
  ...paused(status),
  ...stale(status),
  ...nights(status),
  ...underWay(status),
];

type Part = (status: RuntimeStatus) => readonly Attention[];

const deadLetters: Part = ({ deadLetters: letters }) => {
  const full = Object.entries(letters).filter(([, count]) => count > 0);
  const sum = full.reduce((total, [, count]) => total + count, 0);
  const text = `Given up on after all tries: ${full.map(([queue, count]) => `${queue} ${count.toLocaleString()}`).join(', ')}.`;
  return sum === 0 ? [] : [{ tone: 'bad', title: countOf(sum, 'dead letter'), text, href: '/' }];
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

/** Late alone is nobody's business: a machine that slept has made up for it. */
const nights: Part = ({ nightly }) =>
  nightly.flatMap(({ job, last }) =>
    last?.state !== 'failed'
      ? []
      : [
          {
            tone: 'warn' as const,
            title: `The night’s ${job} failed`,
            text: 'Passes that it would have found and mended stay as they are until it is done.',
            href: '/operate/rebuild',
          },
        ],
  );

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
    text: waiting ? 'Work waits for it.' : 'Nothing waits for it yet.',
    href: '/operate/pipes',
  }));

const stale: Part = ({
  upkeep: {
    stale: { count },
  },
}) =>
  count <= 0
    ? []
    : [
        {
          tone: 'info',
          title: `${countOf(count, 'record')} to be read again`,
          text: 'Something changed that no source told; the next load says what.',
          href: null,
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
