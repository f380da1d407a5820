import fc from 'fast-check';
import { consumer as consumerKit, httpStatus, memoryLastSeen, verifyWebhook } from '#adapters/consumer/consumer.ts';
import { parsedJson } from '#adapters/parsedJson.ts';
import { signatureOf } from '#adapters/webhook/signature.ts';
import { announcementsOf, type Commit } from '#domain/index.ts';
import { cloudEventOf, envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';
import { samples } from '#test/golden/samples.ts';
import { documentArb, textArb } from '../mutations.ts';
import { Broken, type Decoder, type Target } from '../target.ts';

/** headers null: signed as it should be. */
type Received = { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> | null };

const announced = announcementsOf(samples['event.PurchaseRecorded'] as Commit).map(({ type, detail }) => ({
  ...{ source: 'billfold.domain', 'detail-type': type, detail },
}));
const messages = [envelopeOf(walletEvent(3)), cloudEventOf(walletEvent(4)), walletEvent(5), ...announced];

const NOW_SECONDS = 1_793_613_600;
const KEY = Buffer.alloc(32, 7);

const headersArb = fc.record({
  'webhook-id': textArb(['msg_1', '']),
  'webhook-timestamp': textArb([String(NOW_SECONDS), String(NOW_SECONDS - 1_000), '-1']),
  'webhook-signature': textArb(['v1,AAAA', `v1,${'A'.repeat(43)}=`, 'v1a,x v1,', ' ']),
});

const open = async (): Promise<Decoder<Received>> => {
  const handle = (): void => undefined;
  const on = { WalletPassIssued: handle, WalletPassUpdated: handle, PurchaseRecorded: handle };
  return {
    play: async ({ body, headers }) => {
      const { receive, sqs } = consumerKit({ on, lastSeen: memoryLastSeen() });
      const text = body.toString();
      const signed = { id: 'msg_1', signature: signatureOf(KEY, 'msg_1', NOW_SECONDS, text) };
      const verified = await verifyWebhook({
        ...{ secrets: () => [`whsec_${KEY.toString('base64')}`], lastSeen: memoryLastSeen() },
        now: () => NOW_SECONDS * 1_000,
      })(
        {
          headers: headers ?? {
            ...{ 'webhook-id': signed.id, 'webhook-timestamp': String(NOW_SECONDS) },
            'webhook-signature': `v1,${signed.signature.toString('base64')}`,
          },
          body: text,
        },
        async (sent) => httpStatus(await receive(sent)),
      );
      if (verified.status >= 500) throw new Broken(`is to come again for ever: ${verified.status}`);
      if (headers === null && verified.status === 401) throw new Broken('a sound signature is refused');
      if (headers !== null && verified.status < 300) throw new Broken('was taken without a signature');
      const outcome = await receive(parsedJson(text));
      if (outcome.type === 'Failed' || outcome.type === 'Busy') throw new Broken(`${outcome.type}, by itself`);
      await sqs({ Records: [{ messageId: 'm-1', body: text }] });
      const told = [verified.reason, outcome];
      return { type: outcome.type === 'Applied' || outcome.type === 'Stale' ? 'value' : 'refused', told };
    },
  };
};

export const consumer: Target<Received> = {
  name: 'consumer',
  about: 'what subscribers receive by the kit: envelopes, CloudEvents, SQS, signed webhooks',
  inputs: fc.record({
    body: documentArb(messages),
    headers: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: headersArb }),
  }),
  found: {},
  open,
  show: ({ body, headers }) => `${JSON.stringify(headers)} ${JSON.stringify(body.toString('latin1').slice(0, 2_000))}`,
};
