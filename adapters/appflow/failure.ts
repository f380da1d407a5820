import { awsError, isDenied, notSetUp } from '../awsError.ts';

/** Why AppFlow did not do what it was asked. FlowConflict: refused as it stands, though no run of it is listed as on its way. */
export type AppFlowFailure =
  | { readonly type: 'NoRegion' }
  | { readonly type: 'NoCredentials' }
  | { readonly type: 'FlowUnknown' | 'FlowNotOnDemand'; readonly flow: string }
  | { readonly type: 'FlowRunning'; readonly flow: string; readonly executionId: string }
  | { readonly type: 'FlowConflict' | 'NotAllowed' | 'Refused'; readonly flow: string; readonly reason: string }
  /** Worth another try, later. */
  | { readonly type: 'Throttled' | 'Unavailable'; readonly reason: string };

/** Whether the same request may go well in a while. */
export const isPassing = ({ type }: AppFlowFailure): boolean => type === 'Throttled' || type === 'Unavailable';

/** For the person who asked. */
export const appFlowFailureText = (failure: AppFlowFailure): string => {
  switch (failure.type) {
    case 'NoRegion':
      return 'No AWS region: set AWS_REGION, or the region of your AWS profile.';
    case 'NoCredentials':
      return 'No AWS credentials: log in as for the AWS CLI (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY).';
    case 'FlowUnknown':
      return `AppFlow knows no flow ${failure.flow} in this account and region. "aws appflow list-flows" lists them.`;
    case 'FlowNotOnDemand':
      return `The flow ${failure.flow} does not run on demand: it is active now, and runs on its schedule or its events.`;
    case 'FlowRunning':
      return `The flow ${failure.flow} is running already (run ${failure.executionId}). Wait for its end, then start it again.`;
    case 'FlowConflict':
      return `AppFlow cannot start the flow ${failure.flow} as it is now: ${failure.reason}`;
    case 'NotAllowed':
      return `AWS does not allow it for the flow ${failure.flow}: ${failure.reason}`;
    case 'Refused':
      return `AppFlow refuses the flow ${failure.flow}: ${failure.reason}`;
    case 'Throttled':
      return `AppFlow is asked too often: ${failure.reason}. Try again in a while.`;
    case 'Unavailable':
      return `AppFlow cannot be reached or does not answer: ${failure.reason}`;
  }
};

/** What the SDK throws, by the error's name (AppFlow API reference, StartFlow and DescribeFlowExecutionRecords, Common Errors; read November 2026). */
export const toAppFlowFailure =
  (flow: string) =>
  (error: unknown): AppFlowFailure => {
    const thrown = awsError(error);
    const lacking = notSetUp(thrown);
    if (lacking !== null) return lacking;
    const { name, reason, status } = thrown;
    switch (name) {
      case 'ResourceNotFoundException':
        return { type: 'FlowUnknown', flow };
      case 'ConflictException':
        return { type: 'FlowConflict', flow, reason };
      case 'ThrottlingException':
      case 'TooManyRequestsException':
      case 'ServiceQuotaExceededException':
        return { type: 'Throttled', reason };
      default:
        if (isDenied({ name, status })) return { type: 'NotAllowed', flow, reason };
        return status !== null && status < 500
          ? { type: 'Refused', flow, reason }
          : { type: 'Unavailable', reason: reason === '' ? name : reason };
    }
  };
