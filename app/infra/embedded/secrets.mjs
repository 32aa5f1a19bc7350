import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Secrets of this data folder, made at its first start. The keys carry the mark of demo secrets, which production
 * refuses: whoever can read the data can read them.
 *
 * @param {string} dataDir
 * @returns {{ databasePassword: string, FIELD_KEYS: string, LOOKUP_KEY: string }}
 */
export function secretsOf(dataDir) {
  const file = join(dataDir, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const made = {
    databasePassword: randomBytes(18).toString("base64url"),
    FIELD_KEYS: `demo-${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64")}`,
    LOOKUP_KEY: `demo-${randomBytes(32).toString("base64url")}`,
  };
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}
