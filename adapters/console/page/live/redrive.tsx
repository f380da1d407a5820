import { Button } from '../ui/button.tsx';
import { Asked } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { Said } from '../ui/said.tsx';
import { useRedrive } from './deliveryQueries.ts';

/** Everything that is dead at a destination, once it was said what that means; what came of it stands there afterwards. */
export const RedriveDead = ({ destination, dead }: { readonly destination: string; readonly dead: number }) => {
  const { mutate, isPending, error, data } = useRedrive();
  return (
    <>
      {(dead > 0 || isPending) && (
        <Asked
          label="Send all dead again"
          title={`Send ${dead === 1 ? 'one delivery' : `${dead.toLocaleString()} deliveries`} to ${destination} again?`}
          confirm="Send again"
          isDisabled={isPending}
          onConfirm={() => mutate({ destination })}
        >
          <p>
            Each is tried with the member’s pass as it is now, at the destination’s pace. What is refused again is dead
            again.
          </p>
        </Asked>
      )}
      <Said tone="good">{data !== undefined && `${data.toLocaleString()} wait again.`}</Said>
      {error !== null && <Failure error={error} />}
    </>
  );
};

export type RedriveMemberProps = { readonly memberId: string; readonly destination: string };

/** One member's pass, at one destination: what is not delivered, at once. */
export const RedriveMember = ({ memberId, destination }: RedriveMemberProps) => {
  const { mutate, isPending, error } = useRedrive();
  return (
    <>
      <Button
        isPending={isPending}
        onPress={() => mutate({ member: memberId, destination })}
        aria-label={`Send again: ${memberId} to ${destination}`}
      >
        Send again
      </Button>
      {error !== null && <Failure error={error} />}
    </>
  );
};
