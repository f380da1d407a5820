import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { MemberNow } from '../../../../http/answers/member.ts';
import { nameOf } from '../../member/memberHead.tsx';
import { Asked } from '../../ui/dialog.tsx';
import { memberPath } from '../../ui/memberPath.ts';
import { Panel } from '../../ui/panel.tsx';
import { TextField } from '../../ui/textField.tsx';
import { countOf } from '../words.ts';
import own from './forget.module.css';
import { wordToType } from './forgetWords.ts';

export type AskProps = { readonly member: MemberNow; readonly isBusy: boolean; readonly onForget: () => void };

/** Who it is, what goes, what stays: before anybody is asked to be sure. */
export const AskToForget = ({ member, isBusy, onForget }: AskProps) => {
  const { memberId, pass } = member;
  const name = nameOf(member);
  const word = wordToType(memberId, pass?.memberNumber ?? null);
  const [typed, setTyped] = useState('');
  return (
    <Panel title={name} actions={<Link href={memberPath(memberId)}>Open the member</Link>}>
      <dl className={own.facts}>
        <Fact name="Number" value={pass?.memberNumber ?? '–'} />
        <Fact name="Record id" value={memberId} />
        <Fact name="Tier" value={pass?.tier.name ?? '–'} />
        <Fact name="Pass" value={pass === null ? 'none yet' : pass.status} />
        <Fact name="In the log" value={countOf(member.version, 'event')} />
      </dl>
      <div className={own.sides}>
        <section>
          <h3>What goes, for good</h3>
          <ul className={own.list}>
            <li>Name, email and whatever else the mapping calls personal</li>
            <li>The pass: void and empty in every wallet</li>
            <li>Copies in files, wallet events, quarantine and dead letters; registered devices</li>
          </ul>
        </section>
        <section>
          <h3>What stays</h3>
          <ul className={own.list}>
            <li>Number, ids and amounts, without a name</li>
            <li>Purchases still count in the retailer’s totals, also those that come later</li>
            <li>Backups, and what consumers of the wallet bus keep: those are yours to erase</li>
          </ul>
        </section>
      </div>
      <div>
        <Asked
          label={`Forget ${name}`}
          kind="danger"
          isDisabled={isBusy}
          title={`Forget ${name}, for good?`}
          confirm="Forget for good"
          canConfirm={typed.trim() === word}
          onConfirm={onForget}
        >
          <p>
            <strong>This cannot be undone</strong>, by nobody and from no backup. The key to what is personal of {name}{' '}
            is destroyed, and the pass becomes void in every wallet.
          </p>
          <Typed word={word} typed={typed} onType={setTyped} />
        </Asked>
      </div>
    </Panel>
  );
};

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

type TypedProps = { readonly word: string; readonly typed: string; readonly onType: (typed: string) => void };

/** Empty each time the question is put. */
const Typed = ({ word, typed, onType }: TypedProps) => {
  useEffect(() => () => onType(''), [onType]);
  return (
    <TextField
      label={`Type ${word} to be sure`}
      value={typed}
      onChange={onType}
      fault={typed === '' || word.startsWith(typed.trim()) ? null : `That is not ${word}.`}
    />
  );
};
