import type { WalletEvent } from 'billfold';

/** Tells the CRM what is true of a customer now. The CRM keeps what it was told last. */
export const tellCrm = async ({ detail: { metadata, data } }: WalletEvent): Promise<void> => {
  const { memberId, memberNumber, status, tier } = data.pass;
  const customer = {
    number: memberNumber,
    tier: tier.name,
    isActive: status === 'active',
    revision: metadata.revision,
  };
  const response = await fetch(`${process.env.CRM_URL}/customers/${memberId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(customer),
  });
  if (!response.ok) throw new Error(`the CRM answers ${response.status}`);
};
