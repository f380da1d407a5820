import * as t from 'io-ts';
import { Pass, WalletEvent } from '#domain/index.ts';
import { pageOf } from './common.ts';

export const CurrentPass = t.strict({ revision: t.number, asOfVersion: t.number, pass: Pass }, 'CurrentPass');
export type CurrentPass = t.TypeOf<typeof CurrentPass>;

const { type, detail } = WalletEvent.type.props;

/** Every current pass, as the wallet bus would carry the event of its last revision. */
export const WalletEnvelopes = pageOf(
  t.strict(
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
  ),
  'WalletEnvelopes',
);
