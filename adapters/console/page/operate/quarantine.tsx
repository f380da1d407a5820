import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import type { QuarantinedText, RetryOutcome } from '../../../http/answers/quarantine.ts';
import { getJson, sendJson } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Asked } from '../ui/dialog.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import classes from './operate.module.css';
import { QuarantineGroupView } from './quarantineGroup.tsx';
import { groupsOf } from './quarantineGroups.ts';
import { retriedText } from './quarantineWords.ts';

type QuarantinePage = { readonly items: readonly QuarantinedText[]; readonly next: string | null };

/** What could not be understood: read again after a mend, or given up. ?file=: of that file of the inbox alone. */
export const Quarantine = () => {
  const file = new URLSearchParams(useSearch()).get('file');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useQuarantine(file);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, RetryOutcome>>(new Map());
  const [said, setSaid] = useState<string | null>(null);
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: (id: string | null) => {
      const path = id === null ? '/api/quarantine/retry' : `/api/quarantine/${encodeURIComponent(id)}/retry`;
      return sendJson<{ readonly items: readonly RetryOutcome[] }>('POST', path);
    },
    onMutate: () => setSaid(null),
    onSuccess: ({ items }) => {
      setOutcomes(new Map([...outcomes, ...items.map((outcome) => [outcome.id, outcome] as const)]));
      setSaid(retriedText(items));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['quarantine'] }),
  });
  const drop = useMutation({
    mutationFn: (id: string) => sendJson('DELETE', `/api/quarantine/${encodeURIComponent(id)}`),
    onMutate: () => setSaid(null),
    onSuccess: () => setSaid('Given up: it is out of quarantine and will not be read again.'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['quarantine'] }),
  });
  const items = data?.pages.flatMap((page) => page.items).filter((item) => isOf(file, item));
  const failure = retry.error ?? drop.error;
  return (
    <Page
      title="Quarantine"
      lead="Input that could not be understood, with where and what was expected there. Everything around it was processed."
      actions={
        items !== undefined &&
        items.length > 0 && (
          <Asked
            label="Read all again"
            kind="main"
            isDisabled={retry.isPending}
            title="Read all of the quarantine again?"
            confirm="Read it again"
            onConfirm={() => retry.mutate(null)}
          >
            <p>
              Everything in quarantine is read with the mapping and code of now. What is understood leaves the list and
              may change passes, which holders are told of. What is not stays, with what is wrong with it now.
            </p>
          </Asked>
        )
      }
    >
      <Said>{retry.isPending ? 'Reading again …' : said}</Said>
      {failure !== null && <Failure error={failure} />}
      <Panel title={file === null ? 'What is there' : 'Of one file'}>
        {file !== null && (
          <p className={classes.row}>
            <code>{file}</code> <Link href="/operate/quarantine">Show all of the quarantine</Link>
          </p>
        )}
        {items === undefined ? (
          error === null ? (
            <Loading what="the quarantine" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : items.length === 0 ? (
          <Empty title="Nothing is in quarantine">All that came in was understood.</Empty>
        ) : (
          <ul className={classes.attention}>
            {groupsOf(items).map((group) => (
              <QuarantineGroupView
                key={group.id}
                group={group}
                itemProps={({ id }) => ({
                  outcome: outcomes.get(id) ?? null,
                  isBusy: retry.isPending || drop.isPending,
                  onRetry: () => retry.mutate(id),
                  onDrop: () => drop.mutate(id),
                })}
              />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className={classes.row}>
            <span className={classes.soft}>{items?.length.toLocaleString()} are listed so far.</span>
            <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  );
};

const PAGE = 100;

/** Ids of input begin with where it came from: what comes after that text are the items of the file. */
const useQuarantine = (file: string | null) =>
  useInfiniteQuery({
    queryKey: ['quarantine', file],
    queryFn: ({ pageParam, signal }) => {
      const after = pageParam === null ? '' : `&after=${encodeURIComponent(pageParam)}`;
      return getJson<QuarantinePage>(`/api/quarantine?limit=${PAGE}${after}`, signal);
    },
    initialPageParam: file === null ? null : `input: ${file} at byte `,
    getNextPageParam: ({ items, next }) => (items.at(-1) !== undefined && isOf(file, items.at(-1)) ? next : null),
    // All pages are asked for again, one after the other: the more there are, the more seldom.
    refetchInterval: ({ state }) => 5_000 * Math.max(1, state.data?.pages.length ?? 0),
  });

const isOf = (file: string | null, item: QuarantinedText | undefined): boolean =>
  file === null || (item?.origin.type === 'file' && item.origin.file === file);
