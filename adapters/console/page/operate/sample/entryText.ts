import type { SampleEditTaken } from '../../../../http/answers/sample.ts';

/** The entry as a person reads it. Numbers are given digit by digit: a commit number is more than a double can hold. */
export const entryText = ({ Source, DetailType, Detail }: SampleEditTaken['entry']): string => {
  const quoted = Detail.replaceAll(/([:,[])(-?\d{16,})(?=[,}\]])/g, '$1"$2"');
  const detail = JSON.stringify(JSON.parse(quoted), null, 2).replaceAll(/"(-?\d{16,})"/g, '$1');
  return `Source      ${Source}\nDetailType  ${DetailType}\nDetail      ${detail}`;
};
