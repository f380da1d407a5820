import * as t from 'io-ts';

/** What could not be understood: where, and what was expected there. Never the value, which may be personal. */
export type InputFault = { readonly path: string; readonly expected: string };

/** The deepest complaint of an io-ts decode, as a path below `root`. */
export const faultOf = (root: string, errors: t.Errors): InputFault => {
  const deepest = errors.reduce((a, b) => (b.context.length > a.context.length ? b : a));
  const last = deepest.context.at(-1);
  // Below an intersection io-ts counts its members: that is no place in the input.
  const keys = deepest.context
    .filter(({ key }, index) => key !== '' && !(deepest.context[index - 1]?.type instanceof t.IntersectionType))
    .map(({ key }) => key);
  return { path: [root, ...keys].join('.'), expected: `expected ${last?.type.name ?? 'something else'}` };
};
