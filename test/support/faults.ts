import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * The next request of this command is carried out, but its answer gets lost on the way, so that the SDK sends it again.
 * onRepeat: and as often as said what is sent again fails, without being carried out.
 */
export const loseAnswer = (
  dynamodb: DynamoDBClient,
  command: string,
  onRepeat: { readonly times: number; readonly error: () => Error } = { times: 0, error: () => new Error() },
): void => {
  let requests = 0;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== `${command}Command`) return next(args);
        requests += 1;
        if (requests > 1 && requests <= 1 + onRepeat.times) throw onRepeat.error();
        const result = await next(args);
        if (requests > 1) return result;
        throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
      },
    { step: 'finalizeRequest', priority: 'low', name: 'loseAnswer' },
  );
};

/** The next requests of this command fail without being carried out. */
export const failTimes = (dynamodb: DynamoDBClient, command: string, times: number, error: () => Error): void => {
  let left = times;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (left === 0 || commandName !== `${command}Command`) return next(args);
        left -= 1;
        throw error();
      },
    { step: 'initialize', name: `failTimes${command}` },
  );
};

/** The next BatchGetItem gets round to none of its keys. */
export const leaveUnprocessed = (dynamodb: DynamoDBClient): void => {
  let isDone = false;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        if (isDone || commandName !== 'BatchGetItemCommand' || !('RequestItems' in args.input)) return result;
        isDone = true;
        const output = { ...result.output, Responses: {}, UnprocessedKeys: args.input.RequestItems };
        return { ...result, output };
      },
    { step: 'initialize', name: 'leaveUnprocessed' },
  );
};
