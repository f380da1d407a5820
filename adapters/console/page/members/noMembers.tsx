import { Link } from 'wouter';
import { views } from '../../views.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';

export type NoMembersProps = { readonly q: string; readonly complete: boolean; readonly onClear: () => void };

/** Why the list is empty, and what would fill it. */
export const NoMembers = ({ q, complete, onClear }: NoMembersProps) => {
  if (q === '' && !complete) return <Loading what="the members" />;
  if (q === '')
    return (
      <Empty title="No members yet">
        Drop an AppFlow file in <Link href={views.operate}>Operate</Link>, send change events to{' '}
        <code>/eventbridge</code>, or start in an empty folder without <code>--empty</code>: then a made-up retailer
        with a year of purchases is loaded.
      </Empty>
    );
  return (
    <Empty title={complete ? `Nobody found for “${q}”` : `Nobody found for “${q}” so far`}>
      <p>
        Words of a name, a number or an id are found by how they begin. A member that has no pass yet is found by its
        exact id.
      </p>
      <Button onPress={onClear}>Show all members</Button>
    </Empty>
  );
};
