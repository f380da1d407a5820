import { awsError, isDenied, notSetUp } from '../awsError.ts';

/** Why Step Functions did not do what it was asked. */
export type ExecutionFailure =
  | { readonly type: 'NoRegion' }
  | { readonly type: 'NoCredentials' }
  /** No such machine in this account and region. */
  | { readonly type: 'MachineMissing'; readonly machine: string }
  /** An execution of that name ended already, or does something else. */
  | { readonly type: 'NameTaken' }
  | { readonly type: 'NotAllowed' | 'Refused'; readonly reason: string }
  /** Worth another try, later. */
  | { readonly type: 'Throttled' | 'Unavailable'; readonly reason: string };

/** For the person who asked. */
export const executionFailureText = (failure: ExecutionFailure): string => {
  switch (failure.type) {
    case 'NoRegion':
      return 'No AWS region: set AWS_REGION, or the region of your AWS profile.';
    case 'NoCredentials':
      return 'No AWS credentials: log in as for the AWS CLI (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY).';
    case 'MachineMissing':
      return `There is no state machine ${failure.machine} in this account and region. Deployed under another prefix: say --prefix.`;
    case 'NameTaken':
      return 'An execution of that name has ended already. Try again.';
    case 'NotAllowed':
      return `AWS does not allow it: ${failure.reason}`;
    case 'Refused':
      return `Step Functions refuses it: ${failure.reason}`;
    case 'Throttled':
      return `Step Functions is asked too often: ${failure.reason}. Try again in a while.`;
    case 'Unavailable':
      return `Step Functions cannot be reached: ${failure.reason}`;
  }
};

/** What the SDK throws, by the error's name (Step Functions API reference, StartExecution, DescribeExecution, Common Errors; read November 2026). */
export const toExecutionFailure =
  (machine: string) =>
  (error: unknown): ExecutionFailure => {
    const thrown = awsError(error);
    const lacking = notSetUp(thrown);
    if (lacking !== null) return lacking;
    const { name, reason, status } = thrown;
    switch (name) {
      case 'StateMachineDoesNotExist':
      case 'StateMachineDeleting':
        return { type: 'MachineMissing', machine };
      case 'ExecutionAlreadyExists':
        return { type: 'NameTaken' };
      case 'ThrottlingException':
      case 'ExecutionLimitExceeded':
        return { type: 'Throttled', reason };
      default:
        if (isDenied({ name, status })) return { type: 'NotAllowed', reason };
        return status !== null && status < 500
          ? { type: 'Refused', reason }
          : { type: 'Unavailable', reason: reason === '' ? name : reason };
    }
  };

export const isPassing = ({ type }: ExecutionFailure): boolean => type === 'Throttled' || type === 'Unavailable';
