import { backToNormal } from './backToNormal.ts';
import type { Check } from './check.ts';
import { nothingGivenUp } from './nothingGivenUp.ts';
import { nothingLost } from './nothingLost.ts';
import { partnerKnows } from './partnerKnows.ts';
import { passesAreTrue } from './passesAreTrue.ts';
import { publishedRight } from './publishedRight.ts';
import { refoldsTheSame } from './refoldsTheSame.ts';

export const checks: readonly Check[] = [
  ...[passesAreTrue, nothingLost, publishedRight, nothingGivenUp, refoldsTheSame, partnerKnows, backToNormal],
];
