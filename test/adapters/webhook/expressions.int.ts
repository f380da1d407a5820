import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkExpression, expressions } from '#adapters/webhook/expressions.ts';
import { aPass, deliver, receiver, webhook } from './receiver.ts';

const evaluating = (withinMs?: number) => {
  const evaluator = expressions(withinMs === undefined ? {} : { withinMs });
  onTestFinished(() => evaluator.close());
  return (expression: string, input: unknown = {}, maxBytes = 1_000) =>
    evaluator.evaluate({ expression, input, maxBytes });
};
const value = (json: string) => ({ type: 'Value', json });
const failed = (reason: string | RegExp) => ({
  type: 'Failed',
  reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
});

describe('an expression', () => {
  test.each([
    ['a.b', value('1')],
    ['{ "x": [a.b, 2] }', value('{"x":[1,2]}')],
    ['a.nothing', { type: 'Nothing' }],
    ['$sum', { type: 'Nothing' }],
    ['function($x) { $x }', { type: 'Nothing' }],
    ['$pad("", 2000)', failed('gave more than 1000 bytes')],
    ['$number(name)', failed("failed with JSONata's D3030 at character 8")],
    ['$error(name)', failed(/^failed with JSONata's D3137/)],
    ['($f := function() { 1 + $f() }; $f())', failed('called itself too deeply')],
    ['($f := function() { $f() }; $f())', failed('took longer than 1000 ms')],
  ])('%s', { timeout: 15_000 }, async (expression, expected) => {
    const evaluated = await evaluating()(expression, { a: { b: 1 }, name: 'canary' });
    expect(evaluated).toEqual(expected);
    expect(JSON.stringify(evaluated)).not.toContain('canary');
  });

  test('a step that does not end is ended with its process, and ours does not wait for it', async () => {
    const evaluate = evaluating(500);
    await evaluate('1');
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const [hung, next] = await Promise.all([
      evaluate('$contains(text, /^(a+)+$/)', { text: `${'a'.repeat(40)}b` }),
      evaluate('"next"'),
    ]);
    clearInterval(ticking);
    expect(hung).toEqual(failed('took longer than 500 ms'));
    expect(next).toEqual(value('"next"'));
    expect(ticks).toBeGreaterThan(15);
  });

  test('one that fills the memory ends with its process, and not with ours', { timeout: 20_000 }, async () => {
    const evaluate = evaluating(10_000);
    const hoarding = '($f := function($x) { $f($append($x, [1..1000000])) }; $f([]))';
    expect(await evaluate(hoarding)).toEqual(failed(/^(?:ended its process|took longer than)/));
    expect(await evaluate('1')).toEqual(value('1'));
  });

  test('reaches no environment, no process and no file', async () => {
    const evaluate = evaluating();
    for (const expression of ['process', '$process', 'constructor', '$eval("process.env")', '__proto__.x'])
      expect(await evaluate(expression)).toEqual({ type: 'Nothing' });
  });

  test('that is none is known before it is used, with the place', () => {
    expect(checkExpression('pass.tier[')).toEqual(
      E.left(expect.stringMatching(/^expected a JSONata expression: .+, at character \d+$/)),
    );
    expect(checkExpression('pass.tier')).toEqual(E.right(undefined));
  });
});

describe('an expression of a webhook that fails', () => {
  test.each([
    ['loops', '($f := function() { $f() }; $f())', 'body took longer than 1000 ms'],
    ['throws', '$error("canary")', "body failed with JSONata's D3137 at character 31"],
    ['gives nothing', 'event.nothing', 'body gave nothing to send'],
  ])(
    'because it %s stops only its delivery: dead, and nobody is asked; the next is delivered',
    async (_why, loop, reason) => {
      const { url, got } = await receiver();
      const crm = webhook({ url, body: `metadata.revision = 1 ? ${loop} : "fine"` });
      expect((await deliver(crm, aPass(1))).verdict).toEqual({ type: 'Dead', reason });
      expect((await deliver(crm, aPass(2))).verdict).toEqual({ type: 'Delivered' });
      expect(got.map(({ body }) => body)).toEqual(['fine']);
    },
  );
});
