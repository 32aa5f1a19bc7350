import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What the web process tells Node, as `npm run web` says it: room for young objects, so that those of requests that wait for
 * the database die where they were born instead of being copied.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function webFlags(root) {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return String(scripts.web).split(" ").filter((word) => word.startsWith("--"));
}
