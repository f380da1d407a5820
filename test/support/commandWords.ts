/** Commands that are said in two words; the first of the second ones is meant where it is left out. */
const IN_TWO_WORDS: Readonly<Record<string, readonly string[]>> = {
  pipes: ['list', 'pause', 'resume'],
  quarantine: ['list', 'show', 'retry', 'drop'],
  'dead-letters': ['list', 'redrive'],
  park: ['list', 'retry'],
  pattern: ['test'],
  new: ['projection'],
  deliveries: ['list', 'redrive'],
  pass: ['check', 'download', 'template'],
  destinations: ['check'],
};

/** Of what is typed behind "billfold": the words that name the command, the second also where it is left out, and the others. */
export const commandWords = (
  words: readonly string[],
): { readonly named: readonly string[]; readonly others: readonly string[] } => {
  const [first = '', second = ''] = words;
  const [usual, ...rarer] = IN_TWO_WORDS[first] ?? [];
  if (usual === undefined) return { named: [first], others: words.slice(1) };
  return [usual, ...rarer].includes(second)
    ? { named: [first, second], others: words.slice(2) }
    : { named: [first, usual], others: words.slice(1) };
};
