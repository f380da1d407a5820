import type { Money, Pass } from '#domain/index.ts';
import type { GoogleSettings, Words } from './settings.ts';
import { shown } from './text.ts';

/** walletobjects v1, TextModuleData: no more than ten are shown; headers of 35 characters, bodies of 500; no dots in ids. */
export type TextModule = { readonly id: string; readonly header: string; readonly body: string };
const MOST = 10;
const HEADER = 35;
const BODY = 500;

/** The rows of a card: tier, the way to the next one, since when, the member's own attributes, then as many promotions as there is room for. */
export const textModulesOf = ({ words }: GoogleSettings, pass: Pass): readonly TextModule[] => {
  const own = [
    ...row('tier', words.tier, pass.tier.name),
    ...nextTierOf(words, pass.tier),
    ...row('since', words.since, pass.memberSince),
    ...Object.entries(pass.custom ?? {}).flatMap(([name, value]) => row(`own-${idOf(name)}`, name, value)),
  ].slice(0, MOST);
  return [...own, ...promotionsOf(words, pass.promotions, MOST - own.length)];
};

const row = (id: string, header: string, body: string | null): readonly TextModule[] => {
  const text = shown(body, BODY);
  return text === null ? [] : [{ id, header: shown(header, HEADER) ?? id, body: text }];
};

/** Letters, digits, _ and - alone; other characters by their number, so that two names never become one. */
const idOf = (name: string): string => name.replace(/[^A-Za-z0-9]/gu, (character) => `_${character.codePointAt(0)}_`);

const nextTierOf = (words: Words, { next, qualifyingSpend }: Pass['tier']): readonly TextModule[] =>
  next === null
    ? []
    : row(
        'next',
        words.nextTier.replace('{tier}', () => next.name),
        moneyText({ amount: next.remaining, currency: qualifyingSpend.currency }),
      );

/** The last place counts those that have none. */
const promotionsOf = (words: Words, promotions: Pass['promotions'], room: number): readonly TextModule[] => {
  const told = promotions.length <= room ? promotions : promotions.slice(0, Math.max(0, room - 1));
  const rows = told.flatMap(({ title, validTo, value }, at) => {
    const until = validTo === null ? null : `${words.until} ${validTo}`;
    const body = [value === null ? null : moneyText(value), until].filter((part) => part !== null).join(', ');
    return row(`promotion-${at + 1}`, shown(title, HEADER) ?? words.promotion, body === '' ? '–' : body);
  });
  const more = promotions.length - told.length;
  if (more === 0 || room === 0) return rows;
  return [...rows, ...row('further', words.promotion, words.furtherPromotions.replace('{n}', String(more)))];
};

const moneyText = ({ amount, currency }: Money): string => `${amount} ${currency}`.trim();
