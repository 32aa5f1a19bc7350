import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What the web process tells Node, as `npm run web` says it: room for young objects, so that those of requests that wait for
 * the database die where they were born instead of being copied, and none put among the old ones at birth. V8 does that with kinds of
 * which many were seen to live on, as those do that wait; dead among the old, each holds its whole request until the next full collection.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function webFlags(root) {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return String(scripts.web).split(" ").filter((word) => word.startsWith("--"));
}
