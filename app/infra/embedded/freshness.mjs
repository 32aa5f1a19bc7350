import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "./command.mjs";
import { step } from "./progress.mjs";

/** @param {string} root @param {AbortSignal} [signal] installs the packages unless exactly the locked ones are there */
export async function ensureInstalled(root, signal) {
  if (isInstalled(root)) return;
  await step("Installing packages (first start only, a minute or two)", () => {
    const [file, args] = npmCommand();
    return run("Installing packages", file, [...args, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      signal,
      env: { ...process.env, PRISMA_SKIP_POSTINSTALL_GENERATE: "1" },
    });
  });
}

/** @returns {[string, string[]]} the npm that runs us, or the one on the path */
export function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli && /npm-cli\.[cm]?js$/.test(cli) ? [process.execPath, [cli]] : ["npm", []];
}

/** Compares the lock file with npm's own record of what it put into node_modules. @param {string} root */
export function isInstalled(root) {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const installed = packagesIn(record);
  return Object.entries(packagesIn(join(root, "package-lock.json"))).every(
    ([path, wanted]) => path === "" || wanted.optional || wanted.devOptional || wanted.peer || installed[path]?.version === wanted.version,
  );
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }>} */
const packagesIn = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

const sources = ["app", "emails", "public", "prisma/schema.prisma", "package-lock.json", "remix.config.js", "tsconfig.json", "vite.config.ts"];

/** @param {string} root @param {AbortSignal} [signal] builds the pages unless their sources are those of the last build */
export async function ensureBuilt(root, signal) {
  await run("Generating the database client", process.execPath, [join(root, "prisma/generate.mjs")], { cwd: root, signal });
  const stamp = join(root, "build/.stamp");
  const wanted = fingerprint(root);
  const built = existsSync(join(root, "build/server/index.js")) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (built) return;
  await step("Building the pages", () =>
    run("Building the pages", process.execPath, [join(root, "node_modules/@remix-run/dev/dist/cli.js"), "vite:build"], {
      cwd: root,
      signal,
      env: { ...process.env, NODE_ENV: "production", VITEST: "" },
    }),
  );
  writeFileSync(stamp, wanted);
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((name) => filesUnder(join(root, name))).sort()) {
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** @param {string} path a file or a folder @returns {string[]} */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}
