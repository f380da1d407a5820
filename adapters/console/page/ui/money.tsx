/** "1,234.50 EUR", with the decimals that it came with: amounts are exact text. */
export const Money = ({ amount, currency }: { readonly amount: string; readonly currency: string }) => (
  <data value={`${amount} ${currency}`}>{moneyText(amount, currency)}</data>
);

export const moneyText = (amount: string, currency: string): string => {
  const decimals = amount.split('.')[1]?.length ?? 0;
  const number = new Intl.NumberFormat(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  // Intl takes decimal text as it is: no digit goes through a double.
  return `${number.format(amount as `${number}`)} ${currency}`;
};
