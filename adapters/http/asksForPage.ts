import type { FastifyRequest } from 'fastify';

/** Whether it is a browser that somebody sits before, and not a program. */
export const asksForPage = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers.accept?.includes('text/html') === true;
