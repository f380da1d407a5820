/** As a shell takes them apart. Where the output goes is not told to the command. */
export const wordsOf = (line: string): readonly string[] =>
  [...line.replace(/ > \S+$/, '').matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+(?:'[^']*')?)/g)].map(
    ([, single, double, bare]) => (single ?? double ?? bare ?? '').replace(/^(\w+=)'([^']*)'$/, '$1$2'),
  );

/** What stands in $( ) is a command of its own, of which the line takes what it prints: a word here. The innermost first, the line last. */
export const unnested = (line: string): readonly string[] => {
  const inner: string[] = [];
  let rest = line;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\$\(([^()]*)\)/g, (_, command: string) => {
      inner.push(command);
      return command.startsWith('date ') ? '1' : 'PRINTED';
    });
  }
  return [...inner, rest];
};
