import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

type Fields = readonly string[];

/** Signs what Google would, said anew from its documentation: another reading than the one that is tested. */
export const googleSigner = (now: number) => {
  const [root, intermediate] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }));
  if (root === undefined || intermediate === undefined) throw new Error('two keys');
  const signedKey = JSON.stringify({ keyValue: spki(intermediate.publicKey), keyExpiration: `${now + 3_600_000}` });
  return {
    keys: JSON.stringify({
      keys: [
        { keyValue: spki(root.publicKey), protocolVersion: 'ECv2SigningOnly', keyExpiration: `${now + 86_400_000}` },
      ],
    }),
    envelope: (message: unknown, change: { recipient?: string; sender?: string; signedKey?: string } = {}) => {
      const { recipient = '3388000000012345678', sender = 'GooglePayPasses' } = change;
      const key = change.signedKey ?? signedKey;
      const signedMessage = typeof message === 'string' ? message : JSON.stringify(message);
      return {
        signature: signed(intermediate.privateKey, [sender, recipient, 'ECv2SigningOnly', signedMessage]),
        intermediateSigningKey: {
          signedKey: key,
          signatures: [signed(root.privateKey, [sender, 'ECv2SigningOnly', key])],
        },
        protocolVersion: 'ECv2SigningOnly',
        signedMessage,
      };
    },
    signedKeyUntil: (until: number): string =>
      JSON.stringify({ keyValue: spki(intermediate.publicKey), keyExpiration: `${until}` }),
  };
};

const spki = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64');

const signed = (key: KeyObject, fields: Fields): string => {
  const signer = createSign('SHA256');
  for (const field of fields) {
    const bytes = new TextEncoder().encode(field);
    const prefix = new DataView(new ArrayBuffer(4));
    prefix.setUint32(0, bytes.length, true);
    signer.update(new Uint8Array(prefix.buffer)).update(bytes);
  }
  return signer.sign(key, 'base64');
};
