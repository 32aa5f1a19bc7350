/**
 * Runs `prisma generate` without the schema engine: the generator needs none, but the CLI would download it. Any
 * existing executable named by PRISMA_SCHEMA_ENGINE_BINARY keeps it from trying. Skips when nothing changed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const require = createRequire(join(root, "package.json"));
const manifest = require.resolve("prisma/package.json");
const { version, bin } = require("prisma/package.json");

const stamp = join(root, "prisma/generated/.stamp");
const wanted = createHash("sha256").update(readFileSync(join(root, "prisma/schema.prisma"))).update(version).digest("hex");
const fresh = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;

if (!fresh || process.argv.includes("--force")) {
  rmSync(join(root, "prisma/generated"), { recursive: true, force: true });
  try {
    execFileSync(process.execPath, [join(dirname(manifest), bin.prisma), "generate", "--no-hints"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
    });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ""}${error.stderr ?? error.message}\n`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
