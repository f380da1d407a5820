/** "1,234.50 EUR", with the decimals that it came with: amounts are exact text. */
export const moneyText = (amount: string, currency: string): string => {
  const decimals = amount.split('.')[1]?.length ?? 0;
  // Intl takes decimal text as it is: no digit goes through a double.
  return `${formatOf(decimals).format(amount as `${number}`)} ${currency}`;
};

/** Kept: to make one takes longer than to use it, and a list is full of amounts. */
const formatOf = (decimals: number): Intl.NumberFormat => {
  const known = formats.get(decimals);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(decimals, format);
  return format;
};
const formats = new Map<number, Intl.NumberFormat>();
