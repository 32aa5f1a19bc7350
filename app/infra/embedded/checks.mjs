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
