import { basename } from "node:path";
import type { TestSequencer, TestSpecification } from "vitest/node";

/** The files that take longest. One of them begun last would run on alone, with the other half of the machine idle. */
const long = ["killed-worker", "mail-killed", "tail-killed", "notice-delivery", "killed-delivery", "rules-killed", "killed-sweep", "bulk-killed", "object-store", "backtest", "embedded", "gate-table", "sweeps", "rules", "accessibility", "decide", "console", "campaign", "story", "second-look", "crowd", "database-restart"];

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
