export const isAmount = (text: string): boolean => /^(?:0|[1-9]\d{0,6})(?:\.\d{1,2})?$/.test(text) && Number(text) > 0;
/** What is wrong with an amount; null: nothing. */
export const amountFault = (text: string): string | null => {
  if (isAmount(text)) return null;
  if (isAmount(text.replace(',', '.'))) return `With a point: ${text.replace(',', '.')}.`;
  if (/^\d+(?:\.\d*)?$/.test(text) && Number(text) >= 10_000_000) return 'Below ten million.';
  return 'An amount above 0 such as 42.50, with two decimals at most.';
};
export const isDays = (text: string): boolean => /^\d{1,3}$/.test(text) && Number(text) <= 365;
