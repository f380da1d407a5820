import * as t from 'io-ts';
import { Pass } from '#domain/index.ts';
import { orNull } from './common.ts';

export const WantedCards = t.strict({ pass: Pass }, 'WantedCards');

/** What Wallet is told of a value, to write it in its holder's way. What only a phone needs, such as changeMessage, is left out. */
const AppleField = t.exact(
  t.intersection([
    t.type({ key: t.string, value: t.union([t.string, t.number]) }),
    t.partial({
      label: t.string,
      currencyCode: t.string,
      numberStyle: t.keyof({ PKNumberStyleDecimal: null, PKNumberStylePercent: null }),
      dateStyle: t.string,
      textAlignment: t.string,
    }),
  ]),
  'AppleField',
);
export type AppleField = t.TypeOf<typeof AppleField>;
const AppleFields = t.readonlyArray(AppleField);

const AppleBarcode = t.exact(
  t.intersection([t.type({ format: t.string, message: t.string }), t.partial({ altText: t.string })]),
  'AppleBarcode',
);

/** pass.json as far as it can be seen: nothing that signs, authenticates or addresses. */
export const ApplePassJson = t.exact(
  t.intersection([
    t.type({
      organizationName: t.string,
      backgroundColor: t.string,
      foregroundColor: t.string,
      labelColor: t.string,
      storeCard: t.strict({
        headerFields: AppleFields,
        primaryFields: AppleFields,
        secondaryFields: AppleFields,
        auxiliaryFields: AppleFields,
        backFields: AppleFields,
      }),
    }),
    t.partial({
      logoText: t.string,
      barcodes: t.readonlyArray(AppleBarcode),
      voided: t.boolean,
      expirationDate: t.string,
    }),
  ]),
  'ApplePassJson',
);
export type ApplePassJson = t.TypeOf<typeof ApplePassJson>;

/** language: of the texts, one of the card's. images: addresses here; null: the card has none. */
export const AppleCard = t.strict(
  {
    language: t.string,
    passJson: ApplePassJson,
    images: t.strict({ logo: orNull(t.string), icon: orNull(t.string), strip: orNull(t.string) }),
  },
  'AppleCard',
);
export type AppleCard = t.TypeOf<typeof AppleCard>;

const Balance = t.strict({
  string: orNull(t.string),
  int: orNull(t.number),
  money: orNull(t.strict({ micros: t.string, currencyCode: t.string })),
});
const LoyaltyPoints = t.strict({ label: t.string, balance: Balance });
const Item = t.strict({ firstValue: t.strict({ fields: t.readonlyArray(t.strict({ fieldPath: t.string })) }) });

const LoyaltyClass = t.strict(
  {
    issuerName: t.string,
    programName: t.string,
    hexBackgroundColor: orNull(t.string),
    heroImage: orNull(t.strict({ sourceUri: t.strict({ uri: t.string }) })),
    accountNameLabel: t.string,
    accountIdLabel: t.string,
    classTemplateInfo: t.strict({
      cardTemplateOverride: t.strict({
        cardRowTemplateInfos: t.readonlyArray(t.strict({ twoItems: t.strict({ startItem: Item, endItem: Item }) })),
      }),
    }),
  },
  'LoyaltyClass',
);

const LoyaltyObject = t.strict(
  {
    state: t.keyof({ ACTIVE: null, INACTIVE: null }),
    accountId: orNull(t.string),
    accountName: orNull(t.string),
    barcode: orNull(t.strict({ type: t.string, value: t.string, alternateText: t.string })),
    loyaltyPoints: orNull(LoyaltyPoints),
    secondaryLoyaltyPoints: orNull(LoyaltyPoints),
    textModulesData: t.readonlyArray(t.strict({ id: t.string, header: t.string, body: t.string })),
  },
  'LoyaltyObject',
);

/** Of Google's class and object (walletobjects v1), what stands on the card. language: of the words of the settings. */
export const GoogleCard = t.strict({ language: t.string, class: LoyaltyClass, object: LoyaltyObject }, 'GoogleCard');
export type GoogleCard = t.TypeOf<typeof GoogleCard>;

/** configured: false where no destination of that name is; its card is drawn with made-up settings. */
export const DrawnCards = t.strict(
  { apple: AppleCard, google: GoogleCard, configured: t.strict({ apple: t.boolean, google: t.boolean }) },
  'DrawnCards',
);
export type DrawnCards = t.TypeOf<typeof DrawnCards>;
