/** What an AWS SDK threw. status: of HTTP, null where nothing answered. */
export type AwsError = { readonly name: string; readonly reason: string; readonly status: number | null };

export const awsError = (error: unknown): AwsError => {
  if (!(error instanceof Error)) return { name: 'unknown', reason: '', status: null };
  const metadata = '$metadata' in error ? error.$metadata : null;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : null;
  return {
    name: error.name,
    reason: error.message !== '' ? error.message : 'code' in error ? String(error.code) : error.name,
    status: typeof status === 'number' ? status : null,
  };
};

/** What this machine lacks to ask at all; null: nothing. */
export const notSetUp = ({ name, reason }: AwsError): { readonly type: 'NoRegion' | 'NoCredentials' } | null => {
  if (/^Region is missing/.test(reason)) return { type: 'NoRegion' };
  return name === 'CredentialsProviderError' || name === 'TokenProviderError' ? { type: 'NoCredentials' } : null;
};

/** Whoever asks may not, or is not known. */
export const isDenied = ({ name, status }: Pick<AwsError, 'name' | 'status'>): boolean =>
  status === 401 || status === 403 || DENIED.has(name);

const DENIED = new Set(['AccessDeniedException', 'ExpiredTokenException', 'UnrecognizedClientException']);
