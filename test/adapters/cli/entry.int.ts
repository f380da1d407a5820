import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { run } from '#test/flow/process.ts';

const flagsIn = (command: string): readonly string[] => command.split(/\s/).filter((word) => word.startsWith('--'));

test('npm start, npm run billfold and npx billfold bound the heap in the same way', async () => {
  const { scripts, bin } = JSON.parse(await readFile('package.json', 'utf8'));
  const [shebang = ''] = (await readFile(bin.billfold, 'utf8')).split('\n');
  const flags = flagsIn(shebang);
  expect(flags.map((flag) => flag.split('=')[0])).toEqual(['--max-semi-space-size', '--heap-growing-percent']);
  for (const script of [scripts.start, scripts.billfold]) {
    expect(flagsIn(script)).toEqual(flags);
    expect(script).toContain(`${bin.billfold}`);
  }
});

/** Prints what Node has loaded of what strips types, at the end. */
const TELL_STRIPPER =
  'data:text/javascript,process.on("exit",()=>console.log(process.moduleLoadList.filter((name)=>name.includes("amaro"))))';

test('what was started before is started without what strips types', async () => {
  const start = () =>
    run(process.execPath, ['--import', TELL_STRIPPER, 'adapters/cli/billfold.js', 'pattern', '--help']).ended;
  await start();
  expect(await start()).toMatchObject({ code: 0, stdout: expect.stringMatching(/Usage[\s\S]*\n\[\]\n$/) });
});
