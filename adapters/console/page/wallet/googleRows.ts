import type { GoogleCard } from '../../../http/answers/drawnCards.ts';

export type GoogleItem = { readonly id: string; readonly label: string; readonly text: string };

/** The rows of the card, as its class says by paths into the object; an item without a value is left out. */
export const rowsOf = (card: GoogleCard): readonly (readonly GoogleItem[])[] =>
  card.class.classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos
    .map(({ twoItems: { startItem, endItem } }) =>
      [startItem, endItem].flatMap(({ firstValue }) => {
        const path = firstValue.fields[0]?.fieldPath ?? '';
        const found = itemsOf(card).get(path);
        return found === undefined ? [] : [found];
      }),
    )
    .filter((row) => row.length > 0);

/** What stands beneath the card when it is opened: the account, then what the card itself has no place for. */
export const detailsOf = (card: GoogleCard): readonly GoogleItem[] => {
  const onCard = new Set(rowsOf(card).flatMap((row) => row.map(({ id }) => id)));
  return [...itemsOf(card).values()].filter(({ id }) => !onCard.has(id));
};

/** By the paths that templates name them with (walletobjects v1, FieldReference). */
const itemsOf = ({ class: loyaltyClass, object, language }: GoogleCard): ReadonlyMap<string, GoogleItem> => {
  const { accountName, accountId, loyaltyPoints, secondaryLoyaltyPoints, textModulesData } = object;
  const points = (name: string, said: typeof loyaltyPoints): readonly (readonly [string, GoogleItem])[] =>
    said === null
      ? []
      : [[`object.${name}.balance`, { id: name, label: said.label, text: balanceText(said.balance, language) }]];
  const account = (name: string, label: string, text: string | null): readonly (readonly [string, GoogleItem])[] =>
    text === null ? [] : [[`object.${name}`, { id: name, label, text }]];
  return new Map([
    ...account('accountName', loyaltyClass.accountNameLabel, accountName),
    ...account('accountId', loyaltyClass.accountIdLabel, accountId),
    ...points('loyaltyPoints', loyaltyPoints),
    ...points('secondaryLoyaltyPoints', secondaryLoyaltyPoints),
    ...textModulesData.map(
      ({ id, header, body }) =>
        [`object.textModulesData['${id}']`, { id: `text ${id}`, label: header, text: body }] as const,
    ),
  ]);
};

type Balance = NonNullable<GoogleCard['object']['loyaltyPoints']>['balance'];

const balanceText = ({ string, int, money }: Balance, language: string): string => {
  if (money !== null)
    return new Intl.NumberFormat(language, { style: 'currency', currency: money.currencyCode }).format(
      Number(money.micros) / 1_000_000,
    );
  return int === null ? (string ?? '') : new Intl.NumberFormat(language).format(int);
};
