import { createHash, type X509Certificate } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { isJsonObject } from '#domain/index.ts';
import { parsedJson } from '../../parsedJson.ts';
import { imageProblems } from '../images.ts';
import { type CheckedPass, checkPass } from './checkPass.ts';
import { checkSignature, type Signer } from './checkSignature.ts';
import { type ZipEntry, zipEntries } from './zipEntries.ts';

/** What a .pkpass is, where nothing is wrong with it. */
export type CheckedPackage = {
  readonly pass: CheckedPass;
  readonly signer: Signer;
  /** Names, in the order of the package. */
  readonly files: readonly string[];
};

/**
 * A .pkpass held against all that Wallet looks at: every file against the manifest, that against the signature, its chain, pass.json, images.
 * root: who has to be at the end of the chain; null: that is left open. Left: each problem in a line; nothing of the pass but its keys.
 */
export const checkPackage = (
  pkpass: Buffer,
  root: X509Certificate | null,
): E.Either<readonly string[], CheckedPackage> => {
  const entries = zipEntries(pkpass);
  if (E.isLeft(entries)) return E.left([entries.left]);
  const files = new Map(entries.right.filter(isFile).map(({ name, content }) => [name, content]));
  const [manifest, signature, passJson] = ['manifest.json', 'signature', 'pass.json'].map((name) => files.get(name));
  if (manifest === undefined || signature === undefined || passJson === undefined)
    return E.left([
      `expected pass.json, manifest.json and signature, found ${[...files.keys()].join(', ') || 'nothing'}`,
    ]);
  const signer = checkSignature(signature, manifest, root);
  const pass = checkPass(passJson);
  const problems = [
    ...manifestProblems(manifest, files),
    ...(E.isLeft(signer) ? signer.left : []),
    ...(E.isLeft(pass) ? pass.left : []),
    ...(E.isRight(signer) && E.isRight(pass) ? ownerProblems(pass.right, signer.right) : []),
    ...(files.has('icon.png') ? [] : ['icon.png: expected that image']),
    ...[...files].flatMap(([name, content]) => (name.endsWith('.png') ? imageProblems(name, content) : [])),
    ...[...files].flatMap(([name, content]) => (name.endsWith('.strings') ? stringsProblems(name, content) : [])),
  ];
  return problems.length > 0 || E.isLeft(signer) || E.isLeft(pass)
    ? E.left(problems)
    : E.right({ pass: pass.right, signer: signer.right, files: [...files.keys()] });
};

const isFile = ({ name }: ZipEntry): boolean => !name.endsWith('/');
const UNLISTED = new Set(['manifest.json', 'signature']);

const manifestProblems = (manifest: Buffer, files: ReadonlyMap<string, Buffer>): readonly string[] => {
  const listed = namedHashes(manifest);
  if (listed === null) return ['manifest.json: expected the SHA-1 of each file by its name'];
  const wanted = [...files].filter(([name]) => !UNLISTED.has(name));
  return [
    ...wanted.flatMap(([name, content]) => {
      const hash = listed.get(name);
      if (hash === undefined) return [`manifest.json: ${name} is not listed`];
      return createHash('sha1').update(content).digest('hex') === hash ? [] : [`${name}: not as the manifest lists it`];
    }),
    ...[...listed.keys()]
      .filter((name) => !files.has(name) || UNLISTED.has(name))
      .map((name) => `manifest.json: lists ${name}, which is not there`),
  ];
};

const namedHashes = (manifest: Buffer): ReadonlyMap<string, string> | null => {
  const listed = parsedJson(manifest.toString('utf8'));
  if (!isJsonObject(listed)) return null;
  return new Map(
    Object.entries(listed).map(([name, hash]) => [name, typeof hash === 'string' ? hash.toLowerCase() : '']),
  );
};

const ownerProblems = (pass: CheckedPass, signer: Signer): readonly string[] => [
  ...(pass.passTypeIdentifier === signer.passTypeIdentifier
    ? []
    : [`pass.json: passTypeIdentifier is not the one its certificate is for (${signer.passTypeIdentifier ?? 'none'})`]),
  ...(pass.teamIdentifier === signer.teamIdentifier
    ? []
    : [`pass.json: teamIdentifier is not the one of its certificate (${signer.teamIdentifier ?? 'none'})`]),
];

/** Lines of "key" = "text"; in UTF-8 or, with its mark, UTF-16. Comments may stand between them. */
const stringsProblems = (name: string, content: Buffer): readonly string[] => {
  const encoding = content[0] === 0xfe ? 'utf-16be' : content[0] === 0xff ? 'utf-16le' : 'utf-8';
  const expected = [`${name}: expected lines of "key" = "text";`];
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(content);
    return text.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\[\s\S])*"\s*=\s*"(?:[^"\\]|\\[\s\S])*"\s*;/g, '').trim() === ''
      ? []
      : expected;
  } catch {
    return expected;
  }
};
