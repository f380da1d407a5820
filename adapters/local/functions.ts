import type { FunctionName } from '../topology.ts';

/** The functions of the topology, as the local runtime calls them: records in, the answer of the Lambda handler out. */
export type LocalFunction = (records: unknown[]) => Promise<unknown>;
export type LocalFunctions = Readonly<Partial<Record<FunctionName, LocalFunction>>>;

/** One that the topology asks for here. Throws where it is not placed here: the program is wrong then. */
export const functionNamed = (functions: LocalFunctions, name: FunctionName): LocalFunction => {
  const placed = functions[name];
  if (placed === undefined) throw new Error(`the function ${name} does not run here`);
  return placed;
};

/** Whatever the local runtime has to say, one line of data at a time. Never holds a record's contents. */
export type Log = (line: { readonly type: string } & Readonly<Record<string, unknown>>) => void;

/** How a batch went: which of its items (by position) did not work out. */
export type BatchOutcome =
  | { readonly type: 'handled'; readonly failed: readonly number[] }
  | { readonly type: 'threw'; readonly reason: string };

/**
 * Calls a function with a batch and reads its partial batch response. Nothing named means that all is well, a name that is none of the batch's
 * means that nothing is. Source: Lambda guide, "Reporting batch item failures".
 */
export const callWithBatch = async (
  call: LocalFunction,
  records: readonly unknown[],
  identifiers: readonly string[],
): Promise<BatchOutcome> => {
  try {
    const failed = failuresNamed(await call([...records])).map((identifier) => identifiers.indexOf(String(identifier)));
    return failed.includes(-1)
      ? { type: 'threw', reason: 'the function named an item that is not in the batch' }
      : { type: 'handled', failed };
  } catch (error) {
    return { type: 'threw', reason: reasonOf(error) };
  }
};

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'something that is not an Error was thrown';

/** The items that an answer names as failed; of anything that is no such answer, none. */
export const failuresNamed = (response: unknown): readonly unknown[] => {
  if (
    typeof response !== 'object' ||
    response === null ||
    !('batchItemFailures' in response) ||
    !Array.isArray(response.batchItemFailures)
  )
    return [];
  return response.batchItemFailures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : null,
  );
};
