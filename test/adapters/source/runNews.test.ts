import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { readRunNews } from '#adapters/source/runNews.ts';
import { retail } from '#domain/index.ts';

/** In the documented shape: counters are text, times end in Z[UTC]. */
const detail = {
  ...{ 'flow-name': 'billfold-contact-incr', 'execution-id': '9f0d5a54-1111-4222-8333-444455556666' },
  ...{ 'source-object': 'Contact', 'trigger-type': 'SCHEDULED', 'num-of-records-processed': '2' },
  ...{ 'num-of-records-filtered': '0', 'num-of-documents-processed': '0', 'num-of-record-failures': '0' },
  ...{ 'start-time': '2026-11-02T10:00:03.101Z[UTC]', 'end-time': '2026-11-02T10:01:11.871Z[UTC]' },
  ...{ 'data-processed': '1874', status: 'Execution Successful' },
};
const START = 'AppFlow Start Flow Run Report';
const END = 'AppFlow End Flow Run Report';
const ref = { flow: detail['flow-name'], executionId: detail['execution-id'] };
const startedAt = Date.parse('2026-11-02T10:00:03.101Z');

const read = (kind: string, changed: object = {}, source = 'aws.appflow') =>
  readRunNews(retail, { source, 'detail-type': kind, detail: { ...detail, ...changed } });

describe('a report of AppFlow', () => {
  test('tells when a run started', () => {
    expect(read(START)).toEqual(E.right({ ref, fact: { type: 'StartReported', startedAt } }));
  });

  test('tells how a run ended', () => {
    const end = {
      endedAt: Date.parse('2026-11-02T10:01:11.871Z'),
      isSuccessful: true,
      rows: 2,
      failures: 0,
      error: null,
    };
    expect(read(END)).toEqual(E.right({ ref, fact: { type: 'EndReported', startedAt, end } }));
  });

  test('tells that a run failed, and why', () => {
    const failed = { status: 'Execution Failed', error: 'Request timed out', 'num-of-record-failures': '3' };
    expect(read(END, failed)).toMatchObject({
      right: { fact: { end: { isSuccessful: false, failures: 3, error: 'Request timed out' } } },
    });
  });

  test('that leaves out the number of records says none, rather than 0', () => {
    expect(read(END, { 'num-of-records-processed': undefined })).toMatchObject({
      right: { fact: { end: { rows: null } } },
    });
  });

  test.each<readonly [string, string, object]>([
    [START, 'detail.flow-name', { 'flow-name': '' }],
    [START, 'detail.execution-id', { 'execution-id': 7 }],
    [START, 'detail.start-time', { 'start-time': 'soon' }],
    [END, 'detail.end-time', { 'end-time': null }],
    [END, 'detail.status', { status: undefined }],
  ])('%s without a sound %s is refused', (kind, path, changed) => {
    expect(read(kind, changed)).toMatchObject({ left: { path } });
  });

  test('of another kind is of no concern, except that a flow was deactivated', () => {
    expect(read('AppFlow Event Flow Report')).toEqual(E.right(null));
    expect(read('AppFlow Scheduled Flow Deactivated')).toMatchObject({ left: { path: 'detail-type' } });
  });
});

describe('an object created in S3', () => {
  const created = (key: string) =>
    readRunNews(retail, { source: 'aws.s3', 'detail-type': 'Object Created', detail: { object: { key } } });
  const { executionId } = ref;

  test.each([
    [`incr/Contact/${executionId}/part-0`, 'part-0'],
    [`Contact/schemaVersion_1/2026/11/02/${executionId}/part-0`, 'part-0'],
    [`landing/Contact/${executionId}/Region=EU/part-0`, 'Region=EU/part-0'],
  ])('%s hints at a file of a run', (key, file) => {
    expect(created(key)).toEqual(
      E.right({ ref: { flow: 'Contact', executionId }, fact: { type: 'FileHinted', file } }),
    );
  });

  test.each(['readme.txt', `elsewhere/${executionId}/part-0`, 'Contact/today/part-0', `Contact/${executionId}`])(
    '%s is of no concern',
    (key) => {
      expect(created(key)).toEqual(E.right(null));
    },
  );
});
