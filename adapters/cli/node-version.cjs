// Run before everything else, by any Node: the rest is TypeScript that older ones cannot even load.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major !== 24 || minor < 21) {
  process.stderr.write(
    `billfold needs Node 24.21 or later 24.x, this is ${process.versions.node}. On Linux, "npm ci" brings it and "npm run" uses it; elsewhere install it (.nvmrc).\n`,
  );
  process.exit(1);
}
