import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What the web process and the worker tell Node, as `npm run web` and `npm run worker` say it: room for young objects, so that those of
 * work that waits for the database die where they were born instead of being copied, and none put among the old ones at birth. V8 does that
 * with kinds of which many were seen to live on, as those do that wait; dead among the old, each holds all it belongs to until the next
 * full collection.
 *
 * @param {string} root
 * @param {"web" | "worker"} program
 * @returns {string[]}
 */
export function programFlags(root, program) {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return String(scripts[program]).split(" ").filter((word) => word.startsWith("--"));
}
