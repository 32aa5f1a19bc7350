import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";

/** @typedef {Record<string, string | undefined>} Env */

/**
 * The environment, and what `.env` in the project's folder adds to it.
 *
 * @param {string} root
 * @param {Env} [env]
 * @returns {Env}
 */
export function readEnvironment(root, env = process.env) {
  const file = join(root, ".env");
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}), ...env };
}

/**
 * For commands beside a running `npm start`: without a DATABASE_URL of their own they use what it brought up.
 *
 * @param {string} root
 * @param {Env} [env]
 * @returns {Env}
 */
export function readRunningEnvironment(root, env = process.env) {
  const given = readEnvironment(root, env);
  const file = runFile(resolve(root, given.DATA_DIR || ".data"));
  if (given.DATABASE_URL || !existsSync(file)) return given;
  return { .../** @type {Env} */ (JSON.parse(readFileSync(file, "utf8"))), ...given };
}

/** @param {string} dataDir */
const runFile = (dataDir) => join(dataDir, "run.json");

/** @param {string} dataDir @param {Env} env what the processes were started with; holds secrets, so only the owner may read it */
export function writeRunningEnvironment(dataDir, env) {
  const file = runFile(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(env, null, 2), { mode: 0o600 });
}

/** @param {string} dataDir */
export const forgetRunningEnvironment = (dataDir) => rmSync(runFile(dataDir), { force: true });
