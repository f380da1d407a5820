import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { faultOf, type InputFault } from './fault.ts';

/** What the splitter asks a worker to load: a part of one version of an object. In flight only: both ends are of one deployment, or the next. */
const PartMessage = t.strict(
  {
    key: t.string,
    etag: t.string,
    size: t.number,
    modifiedAt: t.number,
    from: t.number,
    to: t.number,
    isPacked: t.boolean,
  },
  'a part to load',
);
export type PartMessage = t.TypeOf<typeof PartMessage>;

export const partMessage = (message: PartMessage): string => JSON.stringify(PartMessage.encode(message));

export const readPartMessage = (body: string): E.Either<InputFault, PartMessage> => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(body),
    () => ({ path: 'message', expected: 'expected a part to load as JSON' }),
  );
  if (E.isLeft(parsed)) return parsed;
  const decoded = PartMessage.decode(parsed.right);
  return E.isLeft(decoded) ? E.left(faultOf('message', decoded.left)) : decoded;
};
