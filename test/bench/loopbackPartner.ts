import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** A partner on loopback, in a thread of its own: says yes to everything, and counts. Asked for 'counts', it tells them and begins anew. */
let arrivals: number[] = [];

const server = createServer((request, response) => {
  arrivals.push(performance.now());
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});

export type Counts = { readonly requests: number; readonly mostInASecond: number };

const countsOf = (): Counts => {
  let from = 0;
  let mostInASecond = 0;
  arrivals.forEach((at, index) => {
    while ((arrivals[from] ?? at) <= at - 1_000) from += 1;
    mostInASecond = Math.max(mostInASecond, index - from + 1);
  });
  return { requests: arrivals.length, mostInASecond };
};

parentPort?.on('message', () => {
  parentPort?.postMessage(countsOf());
  arrivals = [];
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
