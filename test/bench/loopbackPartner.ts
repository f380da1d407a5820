import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** A partner on loopback, in a thread of its own: says yes to everything, and counts. Asked for 'counts', it tells them and begins anew. */
let arrivals: number[] = [];
let here = 0;
let mostAtOnce = 0;

const server = createServer((request, response) => {
  arrivals.push(performance.now());
  here += 1;
  mostAtOnce = Math.max(mostAtOnce, here);
  request.resume().on('end', () => {
    here -= 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});

export type Counts = { readonly requests: number; readonly mostInASecond: number; readonly mostAtOnce: number };

const countsOf = (): Counts => {
  let from = 0;
  let mostInASecond = 0;
  arrivals.forEach((at, index) => {
    while ((arrivals[from] ?? at) <= at - 1_000) from += 1;
    mostInASecond = Math.max(mostInASecond, index - from + 1);
  });
  return { requests: arrivals.length, mostInASecond, mostAtOnce };
};

parentPort?.on('message', () => {
  parentPort?.postMessage(countsOf());
  [arrivals, mostAtOnce] = [[], 0];
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
