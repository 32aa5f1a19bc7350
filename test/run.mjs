// Runs before anything is installed and on any Node: it checks the version before it loads what needs a new one.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`This needs Node 20.19 or later, and this is Node ${process.versions.node}: install a newer Node from https://nodejs.org.\n`);
  process.exit(1);
}
const { main } = await import("./support/run-all.mjs");
process.exit(await main(process.argv.slice(2)));
