/** Lists and objects within each other, in what others send. What Salesforce, EventBridge and billfold itself write has a tenth of it. */
export const MOST_LEVELS = 64;
export const AT_MOST_LEVELS = `expected at most ${MOST_LEVELS} lists and objects within each other`;

/**
 * Whether JSON text is nested deeper than that, before anybody parses it: whatever walks through a value does so by recursion, JSON.stringify above all, and a
 * body of a megabyte can hold half a million levels. Of text that is no JSON it says anything.
 */
export const isTooDeep = (text: string): boolean =>
  openings(text, '{', openings(text, '[', 0)) > MOST_LEVELS && deepest(text) > MOST_LEVELS;

/** Counted on until there are enough: nearly every text has fewer in all than may be within each other, and this costs nothing. */
const openings = (text: string, bracket: string, counted: number): number => {
  let count = counted;
  for (let at = text.indexOf(bracket); at !== -1 && count <= MOST_LEVELS; at = text.indexOf(bracket, at + 1))
    count += 1;
  return count;
};

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

const deepest = (text: string): number => {
  let [level, most] = [0, 0];
  let isText = false;
  for (let at = 0; at < text.length && most <= MOST_LEVELS; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isText = !isText;
    else if (isText) at += code === BACKSLASH ? 1 : 0;
    else if (code === OPEN || code === OPEN_LIST) most = Math.max(most, ++level);
    else if (code === CLOSE || code === CLOSE_LIST) level -= 1;
  }
  return most;
};
