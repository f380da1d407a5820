import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { CommandFailed, connectMiddleware } from '../client.ts';
import { print, printJson } from '../print.ts';

type Options = { readonly out: string; readonly json?: boolean };

/** `billfold pass download ID --out FILE`: what a phone would fetch at this moment. */
export const passDownloadCommand = (environment: Readonly<Record<string, string | undefined>>): Command =>
  new Command('download')
    .description('the signed pass of a member, as a phone would fetch it now, from the middleware')
    .argument('<id>', 'of the member')
    .requiredOption('--out <file>', 'where to write it, such as pass.pkpass')
    .option('--json', 'print what was written as JSON')
    .action(async (id: string, { out, json }: Options) => {
      const response = await connectMiddleware(environment).request(`/api/passes/${encodeURIComponent(id)}.pkpass`);
      const pkpass = Buffer.from(await response.arrayBuffer());
      await writeFile(out, pkpass).catch((error: unknown) => {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        throw new CommandFailed(`${out}: cannot be written (${code})`);
      });
      const revision = Number(response.headers.get('x-billfold-revision'));
      if (json) printJson({ file: out, revision, bytes: pkpass.length });
      else print(`${out}: revision ${revision}, ${pkpass.length} bytes`);
    });
