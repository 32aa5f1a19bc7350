import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Plain } from "./plain.mjs";
import { probePort } from "./ports.mjs";

/** @param {string} folder made when missing */
export async function assertWritable(folder) {
  const probe = join(folder, `.write-test-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new Plain(`The folder ${folder} cannot be written to (${/** @type {NodeJS.ErrnoException} */ (error).code}): give this user the right to, or run from a copy elsewhere.`);
  }
}

/** @param {number} port @param {string} host */
export async function assertPortFree(port, host) {
  if (await probePort(port, host)) return;
  throw new Plain(`Port ${port} is taken by another program: stop it, or choose another port with "PORT=${port + 1} npm start".`);
}

/** Production runs on parts and secrets that somebody set up for it. @param {import("./environment.mjs").Env} env */
export function assertOwnParts(env) {
  const missing = ["DATABASE_URL", "SMTP_URL", "FIELD_KEYS", "LOOKUP_KEY"].filter((name) => !env[name]);
  if (env.NODE_ENV === "production" && missing.length > 0) {
    throw new Plain(`${missing.join(", ")} must be set when NODE_ENV is production: what npm start brings itself is for demos and development.`);
  }
}
