import { basename } from "node:path";
import type { TestSequencer, TestSpecification } from "vitest/node";

/** The files that take longest. One of them begun last would run on alone, with the other half of the machine idle. */
const long = ["killed-worker", "notice-delivery", "killed-delivery", "tail-killed", "killed-sweep", "bulk-killed", "backtest", "embedded", "sweeps", "rules", "accessibility", "console", "decide", "crowd", "database-restart"];

const rank = ({ moduleId }: TestSpecification): number => {
  const place = long.indexOf(basename(moduleId, ".test.ts"));
  return place < 0 ? long.length : place;
};

/** Begins with the long files; the rest by name. It knows vitest by its types alone, because the build reads the same configuration. */
export class LongFirst implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files.toSorted((one, other) => rank(one) - rank(other) || one.moduleId.localeCompare(other.moduleId));
  }

  shard(): never {
    throw new Error("the suite is not made to be run in shards");
  }
}
