import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ChangedPass } from '#domain/index.ts';
import type { CurrentPass } from '../../../../http/answers/passes.ts';
import { getJson } from '../../api/client.ts';
import { BeforeAfter, Changes } from '../beforeAfter.tsx';
import { shownPass } from './shownPass.ts';

/** A member's pass before and after. Names are left out: a report is kept, and read by many. */
export const ChangedPassView = ({ sample }: { readonly sample: ChangedPass }) => {
  const { memberId, changed, before, after } = sample;
  const { data } = useQuery({
    queryKey: ['pass', memberId],
    queryFn: ({ signal }) => getJson<CurrentPass>(`/api/passes/${memberId}`, signal).catch(() => null),
  });
  const current = data?.pass ?? null;
  const passes = { before: shownPass(memberId, before, current), after: shownPass(memberId, after, current) };
  return (
    <>
      <p>
        <Link href={`/members/${memberId}`}>
          <code>{memberId}</code>
        </Link>
      </p>
      <Changes changed={changed.filter((path) => !/^(?:holder|memberNumber)\b/.test(path))} {...passes} />
      <BeforeAfter {...passes} />
    </>
  );
};
