import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";

/** @typedef {Record<string, string | undefined>} Env */

/** @param {string} file @returns {Env} */
const readFile = (file) => (existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {});

/**
 * The environment, and what `.env` in the project's folder adds to it.
 *
 * @param {string} root
 * @param {Env} [env]
 * @returns {Env}
 */
export const readEnvironment = (root, env = process.env) => ({ ...readFile(join(root, ".env")), ...env });

/**
 * For commands beside a running `npm start`: without a DATABASE_URL of their own they use what it brought up.
 *
 * @param {string} root
 * @param {Env} [env]
 * @returns {Env}
 */
export function readRunningEnvironment(root, env = process.env) {
  const given = readEnvironment(root, env);
  return given.DATABASE_URL ? given : { ...readFile(runFile(resolve(root, given.DATA_DIR || ".data"))), ...given };
}

/** @param {string} dataDir */
const runFile = (dataDir) => join(dataDir, "run.env");

/** @param {string} dataDir @param {Env} env what the processes were started with; holds secrets, so only the owner may read it */
export function writeRunningEnvironment(dataDir, env) {
  const file = runFile(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const lines = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${JSON.stringify(value)}`]));
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
}

/** @param {string} dataDir */
export const forgetRunningEnvironment = (dataDir) => rmSync(runFile(dataDir), { force: true });
