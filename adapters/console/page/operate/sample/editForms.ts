import type { SampleMember } from '../../../../http/answers/sample.ts';
import { moneyText } from '../../ui/moneyText.ts';
import type { Choice } from '../../ui/select.tsx';
import { isAmount, isDays } from './amounts.ts';

/** What can be done to a member, and at which address. */
export const EDITS = [
  { id: 'purchases', label: 'A purchase' },
  { id: 'vouchers', label: 'A voucher' },
  { id: 'redemptions', label: 'Redeem a voucher' },
  { id: 'names', label: 'Change the name' },
  { id: 'returns', label: 'Return an order' },
] as const satisfies readonly Choice[];
export type EditKind = (typeof EDITS)[number]['id'];

/** What stands in the form, whichever edit is shown. null: nothing is chosen. */
export type EditDraft = {
  readonly amount: string;
  readonly title: string;
  readonly value: string;
  readonly days: string;
  readonly voucherId: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly orderId: string | null;
};

export const emptyDraft: EditDraft = {
  ...{ amount: '120.00', title: 'A little extra', value: '10', days: '30', voucherId: null },
  ...{ firstName: '', lastName: '', orderId: null },
};

/** What to send; null: something is missing or cannot be. */
export const bodyOf = (kind: EditKind, draft: EditDraft, memberId: string): object | null => {
  switch (kind) {
    case 'purchases':
      return isAmount(draft.amount) ? { memberId, amount: draft.amount } : null;
    case 'vouchers': {
      const { title, value, days } = draft;
      const isSound = title.trim() !== '' && (value === '' || isAmount(value)) && isDays(days);
      return isSound ? { memberId, title, value: value === '' ? null : value, days: Number(days) } : null;
    }
    case 'redemptions':
      return draft.voucherId === null ? null : { memberId, voucherId: draft.voucherId };
    case 'names': {
      const { firstName, lastName } = draft;
      return firstName.trim() === '' || lastName.trim() === '' ? null : { memberId, firstName, lastName };
    }
    case 'returns':
      return draft.orderId === null ? null : { memberId, orderId: draft.orderId };
  }
};

export const orderChoices = ({ orders }: SampleMember): readonly Choice[] =>
  orders.map(({ id, number, boughtOn, amount, currency }) => ({
    id,
    label: `${moneyText(amount, currency)} of ${boughtOn ?? 'an unknown day'}`,
    ...(number !== null && { description: `Order ${number}` }),
  }));

export const voucherChoices = ({ vouchers }: SampleMember): readonly Choice[] =>
  vouchers.map(({ id, title, validTo, value }) => ({
    id,
    label: [title ?? 'Untitled', ...(value === null ? [] : [moneyText(value.amount, value.currency)])].join(', '),
    description: validTo === null ? 'Without an end' : `Until ${validTo}`,
  }));
