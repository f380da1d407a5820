import { Link } from 'wouter';
import type { ChangedPass } from '#domain/index.ts';
import { useCurrentPass } from '../../api/currentPass.ts';
import { memberPath } from '../../ui/memberPath.ts';
import { BeforeAfter, Changes } from '../beforeAfter.tsx';
import { shownPass } from './shownPass.ts';

/** A member's pass before and after. Names are left out: a report is kept, and read by many. */
export const ChangedPassView = ({ sample }: { readonly sample: ChangedPass }) => {
  const { memberId, changed, before, after } = sample;
  const { data, isPlaceholderData } = useCurrentPass(memberId);
  const current = isPlaceholderData ? null : (data?.pass ?? null);
  const passes = { before: shownPass(memberId, before, current), after: shownPass(memberId, after, current) };
  return (
    <>
      <p>
        <Link href={memberPath(memberId)}>
          <code>{memberId}</code>
        </Link>
      </p>
      <Changes changed={changed.filter((path) => !/^(?:holder|memberNumber)\b/.test(path))} {...passes} />
      <BeforeAfter {...passes} />
    </>
  );
};
