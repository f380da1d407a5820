import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Pass } from '#domain/index.ts';
import { decoded } from '../dynamodb/decoded.ts';
import type { CardDrawing, DrawnPair } from '../middleware/cardDrawing.ts';
import { DrawnCards } from './answers/drawnCards.ts';
import { sendProblem } from './problem.ts';

export type DrawnCardApiDeps = { readonly cards: CardDrawing };

/** How a pass looks in Apple's and in Google's wallet: any pass, also one of the past or of a diff. */
export const drawnCardApi =
  ({ cards }: DrawnCardApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.post('/api/drawn-cards', async (request, reply) => {
      const read = decoded(Wanted, request.body);
      if (E.isLeft(read)) return sendProblem(reply, 400, 'Not understood', read.left);
      return answerOf(await cards.draw(read.right.pass));
    });

    server.get<{ Params: { name: string } }>('/api/drawn-cards/images/:name', async ({ params }, reply) => {
      const image = await cards.image(params.name);
      if (image === null) return sendProblem(reply, 404, 'The card has no such image');
      return reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .type('image/png')
        .send(Buffer.from(image));
    });
  };

const Wanted = t.strict({ pass: Pass }, 'a pass');

/** What the codec does not name, such as the token, stays here. */
const answerOf = ({ apple, ...rest }: DrawnPair): DrawnCards => {
  const { logo, icon, strip } = apple.images;
  const images = { logo: addressOf(logo), icon: addressOf(icon), strip: addressOf(strip) };
  const answer = DrawnCards.decode({ ...rest, apple: { ...apple, images } });
  if (E.isLeft(answer)) throw new Error('a card was drawn that is none');
  return answer.right;
};

const addressOf = (image: DrawnPair['apple']['images']['logo']): string | null =>
  image === null ? null : `/api/drawn-cards/images/${image.name}?v=${image.hash}`;
