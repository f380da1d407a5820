import { styleText } from 'node:util';
import { describe, expect, test } from 'vitest';
import { printable } from '#adapters/cli/print.ts';

describe('what the terminal is given', () => {
  test.each([
    ['a title of the window', '\u001b]0;mine\u0007', '\\u001b]0;mine\\u0007'],
    ['the clipboard', '\u001b]52;c;aGk=\u001b\\', '\\u001b]52;c;aGk=\\u001b\\'],
    ['a cursor that goes up', 'ok\u001b[1A\u001b[2Kforged', 'ok\\u001b[1A\\u001b[2Kforged'],
    ['a line that is written over', 'ok\rforged', 'ok\\u000dforged'],
    ['an escape of one byte', '\u009b2J', '\\u009b2J'],
    ['text that is turned round', 'a\u202ecod.exe', 'a\\u202ecod.exe'],
  ])('is no %s of somebody else', (_, given, shown) => {
    expect(printable(given)).toBe(shown);
  });

  test.each([
    'Zoë Müller 😀',
    'a\nb\tc',
    styleText('green', 'issued', { validateStream: false }),
    styleText('bold', 'x', { validateStream: false }),
  ])('is %j as it is', (text) => {
    expect(printable(text)).toBe(text);
  });

  test('means the same where it is JSON', () => {
    const event = { type: '\u001b[31m\u007f\u009b', list: ['\u0000'] };
    expect(JSON.parse(printable(JSON.stringify(event, null, 2)))).toEqual(event);
  });
});
