/** A name that the inbox takes, of what a file is called elsewhere: its own letters, and none that says the file is still being written. */
export const inboxName = (name: string): string =>
  name
    .slice(-200)
    .replaceAll(/[^\w.@!#-]/g, '_')
    .replace(/^[^a-zA-Z0-9_]/, '_')
    .replace(/\.(tmp|part)$/, '_$1');
