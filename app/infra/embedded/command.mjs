import { spawn } from "node:child_process";
import { Plain } from "./plain.mjs";

/**
 * Runs a command to its end and keeps what it says for the case that it fails. An aborted one is killed outright:
 * npm goes on for minutes after a gentler signal, and would meet the npm of the next start in the same folder.
 *
 * @param {string} what the sentence when it fails begins with this
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, onLine?: (line: string) => void }} options
 * @returns {Promise<string>} its standard output
 */
export function run(what, file, args, { cwd, env = process.env, signal, onLine }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, signal, killSignal: "SIGKILL", stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" && !file.endsWith(".exe") });
    let out = "";
    let said = "";
    const hear = (/** @type {string} */ text) => {
      said = (said + text).slice(-8_000);
      for (const line of text.split("\n")) if (line.trim()) onLine?.(line.trim());
    };
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      out += text;
      hear(text);
    });
    child.stderr.setEncoding("utf8").on("data", hear);
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve(out) : reject(new Plain(`${what} failed:\n${said.trim() || `it ended with code ${code}`}`))));
  });
}
