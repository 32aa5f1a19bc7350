import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ resolved: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

const { packages } = lockSchema.parse(JSON.parse(await readFile(resolve(import.meta.dirname, "../../package-lock.json"), "utf8")));

/** Where Node would look for a package's dependency: in its own folder, then outwards. */
function isLocked(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf("/node_modules/"), 0))) {
    if (packages[`${folder ? `${folder}/` : ""}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

test("the lock file holds the packages of every system, so that a clean install works on each", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)).map((name) => `${path} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

test("the lock file names no download address", () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved).map(([path]) => path)).toEqual([]);
});
