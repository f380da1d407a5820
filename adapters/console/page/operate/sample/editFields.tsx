import type { SampleMember } from '../../../../http/answers/sample.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/textField.tsx';
import { amountFault, isDays } from './amounts.ts';
import { type EditDraft, type EditKind, orderChoices, voucherChoices } from './editForms.ts';

export type EditFieldsProps = {
  readonly kind: EditKind;
  readonly draft: EditDraft;
  readonly onChange: (draft: EditDraft) => void;
  /** What of the member can be redeemed and returned. */
  readonly member: SampleMember;
};

/** The fields of one kind of edit. */
export const EditFields = ({ kind, draft, onChange, member }: EditFieldsProps) => {
  const set = (some: Partial<EditDraft>): void => onChange({ ...draft, ...some });
  switch (kind) {
    case 'purchases':
      return <Amount label="Amount in EUR" value={draft.amount} onChange={(amount) => set({ amount })} />;
    case 'vouchers':
      return (
        <>
          <TextField label="Title" value={draft.title} onChange={(title) => set({ title })} />
          <Amount
            label="Value in EUR, or nothing"
            value={draft.value}
            isOptional
            onChange={(value) => set({ value })}
          />
          <TextField
            label="Valid for so many days"
            value={draft.days}
            onChange={(days) => set({ days })}
            inputMode="numeric"
            fault={isDays(draft.days) ? null : 'A whole number from 0 to 365.'}
          />
        </>
      );
    case 'redemptions':
      return (
        <Select
          label="Voucher"
          choices={voucherChoices(member)}
          value={draft.voucherId}
          onChange={(voucherId) => set({ voucherId })}
          placeholder={member.vouchers.length === 0 ? 'There is none' : 'Choose'}
          isDisabled={member.vouchers.length === 0}
        />
      );
    case 'names':
      return (
        <>
          <TextField label="First name" value={draft.firstName} onChange={(firstName) => set({ firstName })} />
          <TextField label="Last name" value={draft.lastName} onChange={(lastName) => set({ lastName })} />
        </>
      );
    case 'returns':
      return (
        <Select
          label="Order"
          choices={orderChoices(member)}
          value={draft.orderId}
          onChange={(orderId) => set({ orderId })}
          placeholder={member.orders.length === 0 ? 'There is none' : 'Choose'}
          isDisabled={member.orders.length === 0}
        />
      );
  }
};

type AmountProps = {
  readonly label: string;
  readonly value: string;
  readonly isOptional?: boolean;
  readonly onChange: (value: string) => void;
};

const Amount = ({ label, value, isOptional = false, onChange }: AmountProps) => (
  <TextField
    label={label}
    value={value}
    onChange={onChange}
    inputMode="decimal"
    fault={isOptional && value === '' ? null : amountFault(value)}
  />
);
