import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ListedMember } from '../../../../http/answers/memberList.ts';
import type { SampleEditTaken, SampleMember } from '../../../../http/answers/sample.ts';
import { getJson, sendJson } from '../../api/client.ts';
import { useStatus } from '../../api/status.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { memberPath } from '../../ui/memberPath.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import classes from '../operate.module.css';
import { latestOf, usePeople } from '../people.ts';
import { ChainView } from './chainView.tsx';
import { EditFields } from './editFields.tsx';
import { bodyOf, EDITS, type EditKind, emptyDraft } from './editForms.ts';
import { MemberPicker } from './memberPicker.tsx';

/** Somebody of the made-up retailer does something, and the whole chain reacts. */
export const Sample = () => {
  const { data: status } = useStatus();
  return (
    <Page
      title="Try a change"
      lead="Change something of a sample member as Salesforce would tell of it, and watch it become an event, a new pass, and news in the wallets."
    >
      {status === undefined ? (
        <Loading what="the sample" />
      ) : status.sample.type === 'loaded' ? (
        <Edits />
      ) : status.sample.type === 'loading' ? (
        <Empty title="The sample year is being loaded">
          {status.sample.step.toLocaleString()} of {status.sample.steps.toLocaleString()} steps are done.
        </Empty>
      ) : (
        <Empty title="There is no sample org here">
          Only the made-up retailer’s members are changed. A start without --empty into an empty folder loads it. What
          your own org says comes as <Link href="/operate/files">files</Link> and change events.
        </Empty>
      )}
    </Page>
  );
};

const Edits = () => {
  const { data: people, error } = usePeople('');
  const [chosen, setChosen] = useState<ListedMember | null>(null);
  const [kind, setKind] = useState<EditKind>('purchases');
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: ({ kind: name, body }: { readonly kind: EditKind; readonly body: object }) =>
      sendJson<SampleEditTaken>('POST', `/api/sample/${name}`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sample-member'] }),
  });
  if (people === undefined) return error === null ? <Loading what="the members" /> : <Failure error={error} />;
  // Once: whoever fills the form in is not given another member under their hands.
  const member = people.find(({ memberId }) => memberId === chosen?.memberId) ?? chosen ?? latestOf(people);
  if (chosen === null && member !== null) setChosen(member);
  if (member === null) return <Empty title="Nobody has a pass yet">It takes a moment.</Empty>;
  return (
    <>
      <Panel title="What happens?">
        <div className={classes.fields}>
          <MemberPicker chosen={member} onChange={setChosen} />
          <Select label="Change" choices={EDITS} value={kind} onChange={setKind} />
        </div>
        <EditForm
          key={`${member.memberId} ${kind}`}
          memberId={member.memberId}
          kind={kind}
          isBusy={send.isPending}
          onSend={(body, onDone) => send.mutate({ kind, body }, { onSuccess: onDone })}
        />
        {send.error !== null && <Failure error={send.error} />}
      </Panel>
      {send.data !== undefined && (
        <Panel
          title="What came of it"
          actions={
            <Link href={memberPath(send.data.memberId)}>
              Open <code>{send.data.memberId}</code>
            </Link>
          }
        >
          <ChainView key={send.data.traceId} taken={send.data} />
        </Panel>
      )}
    </>
  );
};

type EditFormProps = {
  readonly memberId: string;
  readonly kind: EditKind;
  readonly isBusy: boolean;
  readonly onSend: (body: object, onDone: () => void) => void;
};

const EditForm = ({ memberId, kind, isBusy, onSend }: EditFormProps) => {
  const [draft, setDraft] = useState(emptyDraft);
  const { data: member, error } = useQuery({
    queryKey: ['sample-member', memberId],
    queryFn: ({ signal }) => getJson<SampleMember>(`/api/sample/members/${encodeURIComponent(memberId)}`, signal),
  });
  if (error !== null && member === undefined) return <Failure error={error} />;
  const body = bodyOf(kind, draft, memberId);
  return (
    <form
      className={classes.stack}
      onSubmit={(event) => {
        event.preventDefault();
        // The form stays, and with it the focus.
        if (body !== null && !isBusy) onSend(body, () => setDraft(emptyDraft));
      }}
    >
      <div className={classes.fields}>
        <EditFields
          kind={kind}
          draft={draft}
          onChange={setDraft}
          member={member ?? { memberId, orders: [], vouchers: [] }}
        />
      </div>
      <div>
        <Button kind="main" type="submit" isDisabled={body === null} isPending={isBusy}>
          Let it happen
        </Button>
      </div>
    </form>
  );
};
