import { awsError, isDenied, notSetUp } from '../awsError.ts';
import type { FailedState, PipeState, RequestedState } from './pipeControl.ts';

/** Why a pipe was not listed, paused or resumed. */
export type PipeFailure =
  | { readonly type: 'NoRegion' }
  | { readonly type: 'NoCredentials' }
  | { readonly type: 'PipeUnknown'; readonly name: string; readonly known: readonly string[] }
  /** No such pipe in this account and region. */
  | { readonly type: 'PipeMissing'; readonly physicalName: string }
  | { readonly type: 'PipeFailed'; readonly name: string; readonly state: FailedState; readonly reason: string | null }
  | ({ readonly type: 'PipeNotReached'; readonly name: string; readonly waitedMs: number } & {
      readonly wanted: RequestedState;
      readonly current: PipeState;
      readonly reason: string | null;
    })
  | { readonly type: 'NotAllowed' | 'Refused'; readonly reason: string }
  /** The pipe is being changed by another request. */
  | { readonly type: 'InTransition'; readonly reason: string }
  /** Worth another try, later. */
  | { readonly type: 'Throttled' | 'Unavailable'; readonly reason: string };

/** For the person who asked. */
export const pipeFailureText = (failure: PipeFailure): string => {
  switch (failure.type) {
    case 'NoRegion':
      return 'No AWS region: set AWS_REGION, or the region of your AWS profile.';
    case 'NoCredentials':
      return 'No AWS credentials: log in as for the AWS CLI (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY).';
    case 'PipeUnknown':
      return `No pipe is called ${failure.name}: there are ${failure.known.join(', ')}.`;
    case 'PipeMissing':
      return `There is no pipe ${failure.physicalName} in this account and region. Deployed under another prefix: say --prefix.`;
    case 'PipeFailed':
      return `The pipe ${failure.name} is ${failure.state}: ${failure.reason ?? 'AWS gives no reason'}`;
    case 'PipeNotReached': {
      const { name, current, wanted, waitedMs, reason } = failure;
      return `The pipe ${name} is ${current}, not ${wanted}, after ${Math.round(waitedMs / 1000)} s${reason === null ? '' : ` (${reason})`}. It was asked for, and may still come.`;
    }
    case 'NotAllowed':
      return `AWS does not allow it: ${failure.reason}`;
    case 'Refused':
      return failure.reason;
    case 'InTransition':
      return `The pipe is being changed by somebody else: ${failure.reason}`;
    case 'Throttled':
      return `EventBridge Pipes is asked too often: ${failure.reason}. Try again in a while.`;
    case 'Unavailable':
      return `The pipes cannot be reached: ${failure.reason}`;
  }
};

/** What the SDK throws, by the error's name (EventBridge Pipes API reference, StopPipe, Errors and Common Errors; read November 2026). */
export const toPipeFailure =
  (physicalName: string) =>
  (error: unknown): PipeFailure => {
    const thrown = awsError(error);
    const lacking = notSetUp(thrown);
    if (lacking !== null) return lacking;
    const { name, reason, status } = thrown;
    switch (name) {
      case 'NotFoundException':
        return { type: 'PipeMissing', physicalName };
      case 'ConflictException':
        return { type: 'InTransition', reason };
      case 'ThrottlingException':
        return { type: 'Throttled', reason };
      default:
        if (isDenied({ name, status })) return { type: 'NotAllowed', reason };
        return status !== null && status < 500
          ? { type: 'Refused', reason: `EventBridge Pipes refuses it: ${reason}` }
          : { type: 'Unavailable', reason: reason === '' ? name : reason };
    }
  };

export const isPassing = ({ type }: PipeFailure): boolean =>
  type === 'Throttled' || type === 'Unavailable' || type === 'InTransition';
