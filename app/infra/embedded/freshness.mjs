import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "./command.mjs";
import { Plain } from "./plain.mjs";
import { step } from "./progress.mjs";

/** @param {string} root @param {AbortSignal} [signal] installs the packages unless exactly the locked ones are there */
export async function ensureInstalled(root, signal) {
  const stale = staleness(root);
  if (!stale) return;
  await step(stale === neverInstalled ? "Installing packages (first start only, a minute or two)" : `Installing packages again (${stale})`, () => install(root, signal));
}

/** @param {string} root @param {AbortSignal} [signal] */
async function install(root, signal) {
  const [file, args] = npmCommand();
  try {
    await run("Installing packages", file, [...args, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      signal,
      env: { ...process.env, PRISMA_SKIP_POSTINSTALL_GENERATE: "1" },
    });
  } catch (error) {
    if (!(error instanceof Plain)) throw error;
    throw new Plain(`${error.message}\n\nIt takes a registry to install from. Once there is one, "npm ci" in ${root} shows what still fails, and "npm start" goes on from there.`);
  }
}

/** @returns {[string, string[]]} the npm that runs us, or the one on the path */
export function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli && /npm-cli\.[cm]?js$/.test(cli) ? [process.execPath, [cli]] : ["npm", []];
}

const neverInstalled = "nothing is installed";

/**
 * Compares the lock file with npm's own record of what it put into node_modules, and that record with what is there: a pull
 * changes the one, a half-copied or half-deleted folder the other.
 *
 * @param {string} root
 * @returns {string | null} what differs, in words; null when exactly the locked packages are there
 */
export function staleness(root) {
  const record = join(root, "node_modules/.package-lock.json");
  const installed = existsSync(record) && packagesIn(record);
  if (!installed) return neverInstalled;
  const locked = packagesIn(join(root, "package-lock.json"));
  if (!locked) throw new Plain("package-lock.json cannot be read, perhaps because a merge left its marks in it: put it right, then start again.");
  for (const [path, { version, optional }] of Object.entries(locked)) {
    const found = installed[path]?.version;
    if (path === "" || found === version || (!found && optional)) continue;
    return found ? `${nameOf(path)} is ${found} and has to be ${version}` : `${nameOf(path)} ${version} is missing`;
  }
  for (const [path, { version }] of Object.entries(installed)) {
    // An older copy beside its user would be found before the locked one.
    if (!locked[path]) return `${nameOf(path)} ${version} is left over`;
    const there = versionAt(join(root, path));
    if (version && there !== version) return there ? `${nameOf(path)} is ${there} and has to be ${version}` : `${nameOf(path)} ${version} is missing`;
  }
  return null;
}

const nameOf = (/** @type {string} */ path) => path.replace(/^.*node_modules\//, "");

/** @param {string} folder @returns {string | null} the version of the package there */
function versionAt(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version ?? null;
  } catch {
    return null;
  }
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }> | null} null: it cannot be read */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const sources = ["app", "emails", "public", "prisma/schema.prisma", "package-lock.json", "remix.config.js", "tsconfig.json", "vite.config.ts"];

/** @param {string} root @param {AbortSignal} [signal] generates the database client unless it is that of the schema */
export const ensureClient = (root, signal) => run("Generating the database client", process.execPath, [join(root, "prisma/generate.mjs")], { cwd: root, signal });

/** @param {string} root @param {AbortSignal} [signal] builds the pages unless their sources are those of the last build */
export async function ensureBuilt(root, signal) {
  await ensureClient(root, signal);
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
