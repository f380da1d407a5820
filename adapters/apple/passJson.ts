import { strFromU8, unzipSync } from 'fflate';

/** pass.json of a .pkpass, whoever made it. Throws where there is none. */
export const passJsonIn = (pkpass: Uint8Array): Readonly<Record<string, unknown>> => {
  const files: Readonly<Record<string, Uint8Array | undefined>> = unzipSync(pkpass);
  const json = files['pass.json'];
  if (json === undefined) throw new Error('expected pass.json in the file');
  return Object(JSON.parse(strFromU8(json)));
};
