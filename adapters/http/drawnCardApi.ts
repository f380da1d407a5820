import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { CardDrawing, DrawnPair } from '../middleware/cardDrawing.ts';
import { DrawnCards, TierColors, WantedCards } from './answers/drawnCards.ts';
import { operation, route } from './operation.ts';
import { sendProblem } from './problem.ts';

export type DrawnCardApiDeps = { readonly cards: CardDrawing };

/** How a pass looks in Apple's and in Google's wallet: any pass, also one of the past or of a diff. */
export const drawnCardApi =
  ({ cards }: DrawnCardApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'POST', '/api/drawn-cards', DRAW, async ({ body: { pass } }, reply) =>
      DECIMAL.test(pass.tier.qualifyingSpend.amount)
        ? answerOf(await cards.draw(pass))
        : sendProblem(reply, 400, 'Not understood', 'pass.tier.qualifyingSpend.amount: expected a decimal'),
    );

    route(server, 'GET', '/api/drawn-cards/colors', GET_COLORS, () => cards.colors());

    route(server, 'GET', '/api/drawn-cards/images/:name', GET_IMAGE, async ({ params, query }, reply) => {
      const image = await cards.image(params.name);
      if (image === null) return sendProblem(reply, 404, 'The card has no such image');
      if (query.v !== undefined) reply.header('cache-control', 'private, max-age=31536000, immutable');
      return reply.type('image/png').send(Buffer.from(image));
    });
  };

/** Google is told this amount in millionths. */
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

const DRAW = operation({
  id: 'drawCards',
  tag: 'passes',
  summary: 'how a pass looks in Apple Wallet and in Google Wallet',
  description:
    'Drawn by the code that makes the real ones, with the configured design. Nothing that signs or authenticates is in the answer.',
  body: WantedCards,
  answers: { 200: DrawnCards },
});

const GET_COLORS = operation({
  id: 'getCardColors',
  tag: 'passes',
  summary: 'the colours of the card for each tier',
  answers: { 200: TierColors },
});

const GET_IMAGE = operation({
  id: 'getCardImage',
  tag: 'passes',
  summary: 'an image of the card, as the drawing names it',
  params: { name: 'Its name in the package, such as logo@3x.png' },
  query: { v: 'The hash of what is in it, as the drawing names it: then the answer may be kept' },
  answers: { 200: { 'image/png': 'The image' } },
  refusals: { 404: 'The card has no such image' },
});

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
