import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync } from "node:fs";

/** A folder only its owner may look into, also when it is there already. @param {string} path */
export function privateFolder(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

/** Opens a log that only its owner may read, to write on at its end. @param {string} path @returns {number} the descriptor */
export function openPrivateLog(path) {
  const log = openSync(path, "a", 0o600);
  try {
    fchmodSync(log, 0o600);
  } catch (error) {
    closeSync(log);
    throw error;
  }
  return log;
}
