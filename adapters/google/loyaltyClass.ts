import { classIdOf } from './objectId.ts';
import type { GoogleSettings } from './settings.ts';

/**
 * What all members' cards have in common (walletobjects v1, LoyaltyClass). reviewStatus: an approved class takes no change without it, and a draft cannot
 * be used.
 */
export const loyaltyClassOf = (settings: GoogleSettings) => {
  const { issuerName, programName, programLogo, heroImage, backgroundColor, callbackUrl, words } = settings;
  const image = (uri: string) => ({ sourceUri: { uri }, contentDescription: said(words.language, programName) });
  return {
    id: classIdOf(settings),
    ...{ issuerName, programName, programLogo: image(programLogo) },
    heroImage: heroImage === null ? null : image(heroImage),
    hexBackgroundColor: backgroundColor,
    accountNameLabel: words.member,
    accountIdLabel: words.memberNumber,
    callbackOptions: callbackUrl === null ? null : { url: callbackUrl },
    // A member's own: on all their devices, not on others'.
    multipleDevicesAndHoldersAllowedStatus: 'ONE_USER_ALL_DEVICES',
    classTemplateInfo: {
      cardTemplateOverride: {
        cardRowTemplateInfos: [
          {
            twoItems: {
              startItem: item("object.textModulesData['tier']"),
              endItem: item('object.loyaltyPoints.balance'),
            },
          },
        ],
      },
    },
    reviewStatus: 'UNDER_REVIEW',
  };
};
export type LoyaltyClass = ReturnType<typeof loyaltyClassOf>;

const item = (fieldPath: string) => ({ firstValue: { fields: [{ fieldPath }] } });

const said = (language: string, value: string) => ({ defaultValue: { language, value } });

/** Whether a class as Google has it says all of this: it adds fields of its own, and sets reviewStatus by itself. */
export const isAlready = (known: unknown, wanted: LoyaltyClass): boolean => {
  const { reviewStatus: _, ...rest } = wanted;
  return says(known, rest);
};

const says = (known: unknown, wanted: unknown): boolean => {
  if (wanted === null) return known === null || known === undefined;
  if (Array.isArray(wanted))
    return (
      Array.isArray(known) && known.length === wanted.length && wanted.every((value, at) => says(known[at], value))
    );
  if (typeof wanted !== 'object') return known === wanted;
  if (typeof known !== 'object' || known === null) return false;
  const fields = new Map<string, unknown>(Object.entries(known));
  return Object.entries(wanted).every(([key, value]) => says(fields.get(key), value));
};
