import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { InboxFile } from '../../../../http/answers/inboxFile.ts';
import type { QuarantinedText } from '../../../../http/answers/quarantine.ts';
import { ApiFailure, getJson, isNotFound } from '../../api/client.ts';
import { Badge } from '../../ui/badge.tsx';
import { Failure } from '../../ui/failure.tsx';
import { ProgressBar } from '../../ui/progressBar.tsx';
import { countOf } from '../words.ts';
import classes from './files.module.css';

export type LoadedProps = {
  /** As the inbox named it. */
  readonly file: string;
  readonly name: string;
};

/** What became of a file that is in the inbox, also where the service was started again meanwhile. */
export const Loaded = ({ file, name }: LoadedProps) => {
  const { data, error, failureCount, refetch } = useFile(file);
  if (isNotFound(error)) return <Failure error={UNKNOWN} />;
  if (data === undefined) {
    if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
    return (
      <Badge tone={failureCount > 0 ? 'warn' : 'quiet'}>{failureCount > 0 ? 'No answer, trying again' : 'Sent'}</Badge>
    );
  }
  const { state, progress, report, failure } = data;
  if (report !== null && state === 'loaded') return <Report file={file} report={report} />;
  return (
    <div className={classes.stage}>
      <ProgressBar
        label={state === 'waiting' ? `${name} is in the inbox` : `Loading ${name}`}
        value={progress?.bytesRead ?? 0}
        total={progress?.bytesTotal ?? null}
        told={progress === null ? 'Its turn comes' : progressText(progress)}
      />
      {failure !== null && (
        <p className={classes.problem} role="alert">
          It could not be loaded and is tried again: {failure.reason}
        </p>
      )}
      {failureCount > 0 && <Badge tone="warn">No answer, trying again</Badge>}
    </div>
  );
};

const progressText = ({ rows, quarantined }: NonNullable<InboxFile['progress']>): string =>
  `${countOf(rows, 'row')}${quarantined === 0 ? '' : `, ${quarantined.toLocaleString()} in quarantine`}`;

const useFile = (file: string) =>
  useQuery({
    queryKey: ['inbox-file', file],
    queryFn: ({ signal }) =>
      getJson<InboxFile>(`/api/inbox/${file.split('/').map(encodeURIComponent).join('/')}`, signal),
    refetchInterval: ({ state: { data, error } }) => {
      if (data?.state === 'loaded' || isNotFound(error) || (data === undefined && error !== null)) return false;
      return error === null ? 300 : 2_000;
    },
    staleTime: ({ state }) => (state.data?.state === 'loaded' ? Number.POSITIVE_INFINITY : 0),
  });

const UNKNOWN = new ApiFailure(
  404,
  'The service knows nothing of this file',
  'It was sent to another data folder: send it again.',
);

type ReportProps = { readonly file: string; readonly report: NonNullable<InboxFile['report']> };

const Report = ({ file, report }: ReportProps) => {
  const { rows, quarantined, recordsChanged, eventsAppended } = report;
  const isLost = quarantined > 0 && quarantined >= rows;
  return (
    <div className={classes.stage}>
      <p role="status" className={classes.result}>
        <Badge tone={isLost ? 'bad' : quarantined > 0 ? 'warn' : 'good'}>
          {isLost ? 'Nothing of it was understood' : quarantined > 0 ? 'Loaded in part' : 'Loaded'}
        </Badge>
        <span>
          {countOf(rows, 'row')}
          {recordsChanged === 0 && quarantined === 0
            ? ', which said nothing new'
            : `${recordsChanged === null ? '' : `, ${countOf(recordsChanged, 'record')} changed`}${eventsAppended === null ? '' : `, ${countOf(eventsAppended, 'event')}`}`}
        </span>
        {quarantined > 0 && (
          <Link href={`/operate/quarantine?file=${encodeURIComponent(file)}`}>
            {quarantined.toLocaleString()} in quarantine
          </Link>
        )}
      </p>
      {quarantined > 0 && <Why file={file} />}
    </div>
  );
};

/** The first few reasons: often they are all the same. */
const Why = ({ file }: { readonly file: string }) => {
  const { data } = useQuery({
    queryKey: ['quarantine-of', file],
    queryFn: ({ signal }) => {
      const after = encodeURIComponent(`input: ${file} at byte `);
      return getJson<{ readonly items: readonly QuarantinedText[] }>(`/api/quarantine?limit=20&after=${after}`, signal);
    },
  });
  const ofFile = data?.items.filter(({ origin }) => origin.type === 'file' && origin.file === file) ?? [];
  const reasons = [...new Set(ofFile.map(({ path, reason }) => `${path}: ${reason}`))].slice(0, 3);
  return (
    <ul className={classes.reasons}>
      {reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
};
