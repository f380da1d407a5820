import Fastify from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDesign } from '#adapters/apple/design.ts';
import { drawnCardApi } from '#adapters/http/drawnCardApi.ts';
import { cardDrawing } from '#adapters/middleware/cardDrawing.ts';
import { type LoadedDestinations, NOWHERE } from '#adapters/middleware/loadDestinations.ts';
import { right, settings, zoe } from '#test/adapters/apple/support.ts';

const serving = async (loaded: LoadedDestinations) => {
  const server = Fastify();
  await server.register(drawnCardApi({ cards: cardDrawing(loaded) }));
  return async (payload: object) => {
    const answer = await server.inject({ method: 'POST', url: '/api/drawn-cards', payload });
    return {
      status: answer.statusCode,
      text: answer.body,
      body: answer.json(),
      get: (url: string) => server.inject(url),
    };
  };
};

describe('the cards of a pass', () => {
  let nowhere: Awaited<ReturnType<typeof serving>>;
  let configured: Awaited<ReturnType<typeof serving>>;
  beforeAll(async () => {
    nowhere = await serving(NOWHERE);
    const design = right(await loadDesign(null, { template: null }));
    configured = await serving({ destinations: { ...NOWHERE.destinations, apple: settings }, design });
  });

  it('are drawn of no pass whose amounts cannot be read, and nobody hears them again', async () => {
    const qualifyingSpend = { amount: 'twelve', currency: 'EUR' };
    const { status, text } = await nowhere({ pass: { ...zoe, tier: { ...zoe.tier, qualifyingSpend } } });
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining('decimal') });
    expect(text).not.toContain('twelve');
  });

  it('are drawn as the wallets are given them, by what is configured', async () => {
    const { status, body } = await configured({ pass: zoe });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      configured: { apple: true, google: false },
      apple: {
        language: 'en',
        passJson: {
          organizationName: 'Nordlicht',
          backgroundColor: 'rgb(115, 86, 18)',
          barcodes: [{ message: 'M-100234' }],
          storeCard: { headerFields: [{ label: 'Status', value: 'Gold' }] },
        },
      },
      google: { object: { state: 'ACTIVE', accountName: 'Zoë Müller', accountId: 'M-100234' } },
    });
  });

  it('are drawn as built in where nothing is configured', async () => {
    const { body } = await nowhere({ pass: { ...zoe, status: 'withdrawn' } });
    expect(body).toMatchObject({
      configured: { apple: false, google: false },
      apple: { passJson: { voided: true } },
      google: { object: { state: 'INACTIVE' } },
    });
  });

  it('say nothing that authenticates, signs or addresses a phone', async () => {
    const { text } = await configured({ pass: zoe });
    for (const said of ['authenticationToken', 'webServiceURL', 'teamIdentifier', 'changeMessage', 'no-token'])
      expect(text).not.toContain(said);
  });

  it('name images that are there, and no others', async () => {
    const { body, get } = await nowhere({ pass: zoe });
    const logo = await get(body.apple.images.logo);
    expect({ status: logo.statusCode, type: logo.headers['content-type'] }).toEqual({ status: 200, type: 'image/png' });
    expect(logo.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    // What is asked for without its hash may be another one tomorrow.
    expect(logo.headers['cache-control']).toContain('immutable');
    const bare = await get('/api/drawn-cards/images/logo@3x.png');
    expect(bare.statusCode).toBe(200);
    expect(bare.headers['cache-control'] ?? '').not.toContain('immutable');
    expect(body.apple.images.strip).toBeNull();
    expect((await get('/api/drawn-cards/images/card.json')).statusCode).toBe(404);
  });

  it('have the colours of each tier', async () => {
    const { get } = await nowhere({ pass: zoe });
    expect((await get('/api/drawn-cards/colors')).json()).toMatchObject({
      usual: { foreground: 'rgb(255, 255, 255)' },
      tiers: { Gold: { background: 'rgb(115, 86, 18)' } },
    });
  });

  it('are refused of what is no pass, with where and what was expected, never the value', async () => {
    const { status, body, text } = await nowhere({ pass: { ...zoe, memberNumber: 4711 } });
    expect({ status, detail: body.detail }).toEqual({
      status: 400,
      detail: 'pass.memberNumber: expected (string | null)',
    });
    expect(text).not.toContain('4711');
    expect((await nowhere({})).status).toBe(400);
  });
});
