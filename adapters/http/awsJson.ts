import type { FastifyReply } from 'fastify';
import * as t from 'io-ts';
import type { AnyReply } from './problem.ts';

/** AWS JSON 1.1, as EventBridge speaks it. */
export const AWS_JSON = 'application/x-amz-json-1.1';

export const AwsError = t.strict({ __type: t.string, message: t.string }, 'AwsError');

export const awsError = (type: string, message: string): string => JSON.stringify({ __type: type, message });

/** SDKs know the name, and try again by themselves. The status and the header are for everybody else (RFC 6585, section 4). */
export const sendThrottled = (reply: AnyReply, message: string): FastifyReply =>
  (reply as FastifyReply)
    .code(429)
    .header('retry-after', '1')
    .type(AWS_JSON)
    .send(awsError('ThrottlingException', message));
