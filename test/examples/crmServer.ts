import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { consumer, httpStatus, memoryLastSeen } from 'billfold/consumer';
import { tellCrm } from './crm.ts';

const crm = consumer({
  on: { WalletPassIssued: tellCrm, WalletPassUpdated: tellCrm, WalletPassWithdrawn: tellCrm },
  lastSeen: memoryLastSeen(),
});

export const server = createServer(async (request, response) => {
  const outcome = await crm.receive(await text(request));
  response.writeHead(httpStatus(outcome)).end();
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
