import fc from 'fast-check';
import { test } from 'vitest';
import { merge, type Observation, type SourceRecord, unheardOf } from '#domain/index.ts';
import { anyOrderArb, lifeArb,settledLifeArb, MARGIN_MS, seen, THE_RECORD } from '#test/support/lives.ts';
const mergeAll = (told: readonly Observation[], from: SourceRecord = unheardOf(THE_RECORD)): SourceRecord =>
  told.reduce((record, one) => merge(record, one, MARGIN_MS), from);
const show = (o: Observation) => `${o.origin.type} ${o.stamp.slice(8)} ${JSON.stringify(o.fields)} ${o.existence!.says} ${o.existence!.stamp.slice(9)} dated ${o.existence!.dated.slice(9,15)}`;
test('x', () => {
  const r = fc.check(fc.property(
      settledLifeArb().chain(({told, last}) => fc.tuple(fc.constant(last), fc.subarray([...told]).chain((t) => anyOrderArb([...t, last])))),
      ([last, one]) => {const s = seen(mergeAll(one)); return s.says === last.existence!.says && s.values.F === last.fields.F && s.values.G === last.fields.G}), { numRuns: 60000 });
  console.log(r.failed ? `FAILED after ${r.numRuns}\n ${show(r.counterexample![0][0])}\n B ${r.counterexample![0][1].map(show).join('\n   ')}` : 'ok');
  const q = fc.check(fc.property(
      lifeArb().filter(t => t.filter(o => o.origin.type === 'file').length > 2).map((told) => told.filter(o => o.origin.type === 'file')).chain((told) => fc.tuple(anyOrderArb(told), anyOrderArb(told))),
      ([one, other]) => JSON.stringify(seen(mergeAll(other))) === JSON.stringify(seen(mergeAll(one)))), { numRuns: 200000 });
  console.log('rows only', q.failed ? `FAILED after ${q.numRuns}\n A ${q.counterexample![0][0].map(show).join('\n   ')}\n B ${q.counterexample![0][1].map(show).join('\n   ')}` : 'ok');
}, 200000);
