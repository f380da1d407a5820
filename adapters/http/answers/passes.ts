import * as t from 'io-ts';
import { Pass, WalletEvent } from '#domain/index.ts';
import { orNull } from './common.ts';

export const CurrentPass = t.strict({ revision: t.number, asOfVersion: t.number, pass: Pass }, 'CurrentPass');
export type CurrentPass = t.TypeOf<typeof CurrentPass>;

const { type, detail } = WalletEvent.type.props;

const WalletEnvelope = t.strict(
  {
    version: t.string,
    id: t.string,
    'detail-type': type,
    source: t.string,
    account: t.string,
    time: t.string,
    region: t.string,
    resources: t.readonlyArray(t.string),
    detail,
  },
  'WalletEnvelope',
);

/** Every current pass, as the wallet bus would carry the event of its last revision. */
export const WalletEnvelopes = t.strict(
  {
    items: t.readonlyArray(WalletEnvelope),
    next: orNull(t.string),
    /** Of each item of the page that cannot be read, which it is and why. */
    unreadable: t.readonlyArray(t.string),
  },
  'WalletEnvelopes',
);
export type WalletEnvelopes = t.TypeOf<typeof WalletEnvelopes>;
