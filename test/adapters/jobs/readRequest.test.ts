import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { readRequest } from '#adapters/jobs/readRequest.ts';

test('what is left out of a job is completed', () => {
  expect(readRequest({ type: 'verify' })).toEqual(
    E.right({ type: 'verify', sample: 0.01, memberId: null, segments: 4 }),
  );
});

test.each([null, 7, {}, { type: 'toString' }, { type: ['verify'] }, { type: { toString: 1, valueOf: null } }])(
  '%j is told which jobs there are',
  (body) => {
    expect(readRequest(body)).toEqual(E.left('type: expected one of replay, verify, diff, promote, reconcile'));
  },
);
