import { readFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import { type CompiledPattern, compilePattern, type PatternDialect } from '../eventbridge/pattern.ts';
import { CommandFailed } from './client.ts';

/** JSON on the command line, or in the file that follows an @. */
export const textOf = async (argument: string): Promise<string> => {
  if (!argument.startsWith('@')) return argument;
  try {
    return await readFile(argument.slice(1), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new CommandFailed(`${argument.slice(1)} cannot be read (${code}).`);
  }
};

/** Throws CommandFailed with the place in the pattern and what is wrong there. */
export const patternOf = async (argument: string, dialect: PatternDialect): Promise<CompiledPattern> => {
  const compiled = compilePattern(await textOf(argument), dialect);
  if (E.isRight(compiled)) return compiled.right;
  const { path, operator, message } = compiled.left;
  const place = [path, operator].filter((part) => part !== null && part !== '').join(': ');
  throw new CommandFailed(`Bad pattern${place === '' ? '' : `, at ${place}`}: ${message}.`);
};
