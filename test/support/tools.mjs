import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Plain } from "../../app/infra/embedded/plain.mjs";

/** @typedef {(label: string, file: string, args: string[]) => Promise<boolean>} Execute runs a command in view and says whether it went well */

/** @param {string} name */
const onPath = (name) => (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

const canInstallPackages = () => process.getuid?.() === 0 && onPath("apt-get");

/** @param {Execute} execute @param {...string} names Debian packages */
async function installPackage(execute, ...names) {
  process.env.DEBIAN_FRONTEND = "noninteractive";
  await execute(`apt-get update`, "apt-get", ["update", "-qq"]);
  return execute(`apt-get install ${names.join(" ")}`, "apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names]);
}

/**
 * An installed Chromium or Chrome, else Debian's package, else Playwright's own download.
 *
 * @param {Execute} execute
 * @param {string} root
 */
export async function ensureBrowser(execute, root) {
  const { findBrowser } = await import("./find-browser.mjs");
  if (findBrowser()) return;
  if (canInstallPackages() && (await installPackage(execute, "chromium")) && findBrowser()) return;
  await execute("playwright install chromium", process.execPath, [join(root, "node_modules/playwright/cli.js"), "install", "chromium"]);
  const found = findBrowser();
  if (found && spawnSync(found, ["--version"]).status === 0) return;
  throw new Plain("No browser could be had for the end-to-end tests: install Chromium or Chrome, or set CHROMIUM_PATH to one.");
}

/** @param {Execute} execute */
export async function ensureRedis(execute) {
  if (process.env.TEST_REDIS_URL || onPath("redis-server")) return;
  if (canInstallPackages() && (await installPackage(execute, "redis-server")) && onPath("redis-server")) return;
  throw new Plain("No redis-server could be had for the queue tests: install it, or set TEST_REDIS_URL to a Redis that may be emptied.");
}

/**
 * What the mail tests talk to us with: swaks, a client as people use it by hand, and Dovecot, a mailbox to poll.
 *
 * @param {Execute} execute
 */
export async function ensureMailTools(execute) {
  for (const { name, at } of [
    { name: "swaks", at: "swaks" },
    { name: "dovecot-imapd", at: "dovecot" },
  ]) {
    const there = () => onPath(at) || existsSync(join("/usr/sbin", at));
    if (there() || (canInstallPackages() && (await installPackage(execute, name)) && there())) continue;
    throw new Plain(`No ${at} could be had for the mail tests: install the package ${name}.`);
  }
}

/** OpenStack Swift, whose S3 interface the object store is tested against. @param {Execute} execute */
export async function ensureObjectStore(execute) {
  const packages = ["swift-proxy", "swift-account", "swift-container", "swift-object"];
  const there = () => packages.every((name) => existsSync(`/usr/bin/${name}-server`));
  if (there() || (canInstallPackages() && (await installPackage(execute, ...packages)) && there())) return;
  throw new Plain(`No object store could be had for the tests of the evidence vault: install the packages ${packages.join(", ")}.`);
}

/** The virus scanner whose verdicts the tests ask for; its signatures they bring along. @param {Execute} execute */
export async function ensureVirusScanner(execute) {
  const there = () => onPath("clamd") || existsSync("/usr/sbin/clamd");
  if (there() || (canInstallPackages() && (await installPackage(execute, "clamav-daemon")) && there())) return;
  throw new Plain("No clamd could be had for the tests of the virus scan: install the package clamav-daemon.");
}
