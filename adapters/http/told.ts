import type { FastifyRequest } from 'fastify';

type Facts = Readonly<Record<string, unknown>>;
const told = new WeakMap<FastifyRequest, Facts>();

/** Goes into the line of this call: counts and hashes, never a value that was sent. */
export const tell = (request: FastifyRequest, facts: Facts): void => {
  told.set(request, facts);
};

/** Of this call; nothing where nothing was told. */
export const toldOf = (request: FastifyRequest): Facts => told.get(request) ?? {};
