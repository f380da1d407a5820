import { moneyText } from './moneyText.ts';

/** "1,234.50 EUR", with the decimals that it came with: amounts are exact text. */
export const Money = ({ amount, currency }: { readonly amount: string; readonly currency: string }) => (
  <data value={`${amount} ${currency}`}>{moneyText(amount, currency)}</data>
);
