import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { consumer, httpStatus, memoryLastSeen, verifyWebhook } from 'billfold/consumer';
import { tellCrm } from './crm.ts';

const crm = consumer({
  on: { WalletPassIssued: tellCrm, WalletPassUpdated: tellCrm, WalletPassWithdrawn: tellCrm },
  lastSeen: memoryLastSeen(),
});
const verified = verifyWebhook({
  secrets: () => (process.env.WEBHOOK_SECRETS ?? '').split(' '),
  lastSeen: memoryLastSeen(),
});

export const server = createServer(async (request, response) => {
  const webhook = { headers: request.headers, body: await text(request) };
  const { status } = await verified(webhook, async (body) => httpStatus(await crm.receive(body)));
  response.writeHead(status).end();
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
