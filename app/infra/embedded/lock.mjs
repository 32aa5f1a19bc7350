import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Plain } from "./plain.mjs";

/** @param {string} dataDir */
const lockFile = (dataDir) => join(dataDir, "run.pid");

/** Two starts on one data folder would fight over its database. @param {string} dataDir */
export function assertNotRunning(dataDir) {
  const file = lockFile(dataDir);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  if (pid !== process.pid && isNodeProcess(pid)) {
    throw new Plain(`The product is already running on ${dataDir} (process ${pid}): stop it first, or give this one a folder of its own with DATA_DIR.`);
  }
}

/** @param {string} dataDir @returns {() => void} gives the folder free again */
export function lockDataDir(dataDir) {
  assertNotRunning(dataDir);
  writeFileSync(lockFile(dataDir), String(process.pid));
  return () => rmSync(lockFile(dataDir), { force: true });
}

/** A process id is used again some day, in a container soon: only another Node process counts. @param {number} pid */
function isNodeProcess(pid) {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  if (process.platform === "linux") return existsSync(`/proc/${pid}/cmdline`) && /node/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  return /node/.test(spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "");
}
